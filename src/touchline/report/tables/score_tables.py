"""The tables of one set of scores, as `touchline score` shows them."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from touchline.report.formatting import NOTHING
from touchline.report.grids import Grid
from touchline.report.tables.score_cells import (
    defined_percent,
    interval_of,
    number_of,
    percent_of,
)

if TYPE_CHECKING:
    from touchline.games import Task
    from touchline.scores import (
        ExtendedMetrics,
        OfficialScores,
        PlayerF1,
        PrecisionRecall,
        ScoreSheet,
        TeamBall,
    )


def score_grids(sheet: "ScoreSheet") -> list[Grid]:
    """All tables of a score sheet, the official figures first."""
    extended = sheet.extended
    grids = [
        _official(sheet.official, extended),
        _classes(sheet.official, sheet.rates),
    ]
    if extended:
        from touchline.report.tables.extended_tables import extended_grids

        grids += extended_grids(extended, sheet.rates)
    if added := sheet.added_figures:
        grids.append(_added(added))
    return grids


def _official(official: "OfficialScores", extended: "ExtendedMetrics | None") -> Grid:
    intervals = extended.intervals if extended else {}
    rows = tuple(
        (
            name,
            percent_of(averages.a_map),
            interval_of(intervals.get(name)),
            percent_of(averages.visible),
            percent_of(averages.unshown),
        )
        for name, averages in official.metrics.items()
    )
    columns = ("metric", "average-mAP", "95 % interval", "visible", "unshown")
    said = extended.interval_sentence if extended else "--beyond adds intervals."
    note = f"in %, as SoccerNet's package computes them. {said}"
    return Grid("Official figures", columns, rows, note)


def stamp_grid(stamped: "Mapping[str, OfficialScores]") -> Grid:
    """The official figures of raw replies, by where in its window an event is put."""
    rows = tuple(
        (f"window {stamp}", *(percent_of(a.a_map) for a in figures.metrics.values()))
        for stamp, figures in stamped.items()
    )
    columns = ("stamp", *next(iter(stamped.values())).metrics)
    return Grid("Official figures by stamp", columns, rows, "average-mAP in %")


def side_by_side_grid(sets: Mapping[str, Mapping[str, float]]) -> Grid:
    """Figures of several sets of spots, a column each.

    Args:
        sets: figures from 0 to 1 by metric, by the name of the set; NaN where undefined.
    """
    names = list(dict.fromkeys(name for figures in sets.values() for name in figures))
    rows = tuple(
        (name, *(defined_percent(figures.get(name, math.nan)) for figures in sets.values()))
        for name in names
    )
    note = "average-mAP, precision, recall and F1 in %; `touchline compare` tests differences"
    return Grid("Side by side", ("metric", *sets), rows, note)


def _classes(official: "OfficialScores", rates: "PrecisionRecall") -> Grid:
    rows: list[tuple[str, ...]] = [
        (
            name,
            number_of(rate.truths),
            number_of(rate.claims),
            number_of(rate.true_positives),
            percent_of(official.loose.per_class[i]),
            percent_of(official.tight.per_class[i]),
            percent_of(rate.precision),
            percent_of(rate.recall),
            percent_of(rate.f1),
        )
        for i, (name, rate) in enumerate(rates.per_class.items())
    ]
    micro, macro = rates.micro, rates.macro
    counts = tuple(map(number_of, (micro.truths, micro.claims, micro.true_positives)))
    maps = (percent_of(official.loose.a_map), percent_of(official.tight.a_map))
    pooled = (percent_of(micro.precision), percent_of(micro.recall), percent_of(micro.f1))
    meant = (percent_of(macro.precision), percent_of(macro.recall), percent_of(macro.f1))
    rows.append(("all pooled", *counts, NOTHING, NOTHING, *pooled))
    rows.append(("mean of classes", NOTHING, NOTHING, NOTHING, *maps, *meant))
    return Grid(
        "Classes",
        ("class", "truths", "spots", "right", "loose", "tight", "precision", "recall", "F1"),
        tuple(rows),
        f"in %; right, precision, recall and F1 within {rates.tolerance_s / 2:g} s of the truth; "
        "their mean is over the classes with truth",
    )


def _added(figures: dict[str, float | None]) -> Grid:
    """The metrics of third-party packages."""
    from touchline.report.leaderboard.columns import Column
    from touchline.scores import METRIC_REGISTRY

    columns = {name: Column(METRIC_REGISTRY.get(name)) for name in figures}
    rows = tuple(
        (columns[name].metric.heading, columns[name].cell(value)) for name, value in figures.items()
    )
    return Grid("Metrics of installed packages", ("metric", "value"), rows)


TEAM_BALL_COLUMNS = ("visible", "unshown", "without team", "visible without team")


def team_ball_grids(figures: "Mapping[str, TeamBall]", task: "Task") -> list[Grid]:
    """The tables of the team-ball task."""
    rows = tuple(
        (
            name,
            *map(
                defined_percent,
                (f.team_map, f.visible, f.unshown, f.no_team_map, f.no_team_visible),
            ),
        )
        for name, f in figures.items()
    )
    classes = tuple(
        (name, *(defined_percent(figure.per_class[i]) for figure in figures.values()))
        for i, name in enumerate(task.classes)
    )
    note = f"in %; {NOTHING} where an action has no truth to weigh its sides by"
    return [
        Grid("Team mAP", ("metric", "team mAP", *TEAM_BALL_COLUMNS), rows, note),
        Grid("Actions", ("action", *figures), classes, note),
    ]


def player_grid(found: "PlayerF1") -> Grid:
    """The table of the player-centric challenge."""
    rows = tuple(
        (
            name,
            number_of(one.truths),
            number_of(one.right + one.wrong),
            number_of(one.right),
            *map(percent_of, (one.precision, one.recall, one.f1)),
        )
        for name, one in (("all", found.overall), *found.per_class.items())
    )
    return Grid(
        "Actions of players, within ± 12 frames, confidence at least 0.15",
        ("class", "truths", "predictions", "right", "precision", "recall", "F1"),
        rows,
        "in %",
    )
