"""The tables of one set of scores, as `touchline score` shows them."""

import math
from collections.abc import Mapping

from touchline.games import Task
from touchline.report.formatting import NOTHING, number, percent
from touchline.report.grids import Grid
from touchline.scores import (
    CLASS_METRICS,
    ExtendedMetrics,
    Interval,
    OfficialScores,
    PrecisionRecall,
    ScoreSheet,
    TeamBall,
)

TOO_FEW = "too few games"
"""Shown in place of an interval."""


def score_grids(sheet: ScoreSheet) -> list[Grid]:
    """All tables of a score sheet, the official figures first."""
    extended = sheet.extended
    grids = [
        _official(sheet.official, extended),
        _classes(sheet.official, sheet.rates),
    ]
    if extended:
        grids += [
            _thresholds(extended),
            _timing(extended),
            _segments(extended),
            _team(extended),
            _hallucination(extended),
            _by_class(extended, sheet.rates),
            _calibration(extended),
            _errors(extended),
            *_class_intervals(extended, sheet.rates),
        ]
    if added := sheet.added_figures:
        grids.append(_added(added))
    return grids


def _official(official: OfficialScores, extended: ExtendedMetrics | None) -> Grid:
    intervals = extended.intervals if extended else {}
    rows = tuple(
        (
            name,
            percent(averages.a_map),
            _interval(intervals.get(name)),
            _percent(averages.visible),
            _percent(averages.unshown),
        )
        for name, averages in official.metrics.items()
    )
    columns = ("metric", "average-mAP", "95 % interval", "visible", "unshown")
    said = extended.interval_sentence if extended else "No intervals without --beyond."
    note = f"in %; the package SoccerNet's figures. {said}"
    return Grid("Official figures", columns, rows, note)


def stamp_grid(stamped: Mapping[str, OfficialScores]) -> Grid:
    """The official figures of raw replies, by where in its window an event is put."""
    rows = tuple(
        (f"window {stamp}", *(percent(a.a_map) for a in figures.metrics.values()))
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
        (name, *(_defined(figures.get(name, math.nan)) for figures in sets.values()))
        for name in names
    )
    note = "average-mAP, precision, recall and F1 in %; `touchline compare` tests differences"
    return Grid("Side by side", ("metric", *sets), rows, note)


def _classes(official: OfficialScores, rates: PrecisionRecall) -> Grid:
    rows: list[tuple[str, ...]] = [
        (
            name,
            number_of(rate.truths),
            number_of(rate.claims),
            number_of(rate.true_positives),
            percent(official.loose.per_class[i]),
            percent(official.tight.per_class[i]),
            percent(rate.precision),
            percent(rate.recall),
            percent(rate.f1),
        )
        for i, (name, rate) in enumerate(rates.per_class.items())
    ]
    micro, macro = rates.micro, rates.macro
    counts = tuple(map(number_of, (micro.truths, micro.claims, micro.true_positives)))
    maps = (percent(official.loose.a_map), percent(official.tight.a_map))
    pooled = (percent(micro.precision), percent(micro.recall), percent(micro.f1))
    meant = (percent(macro.precision), percent(macro.recall), percent(macro.f1))
    rows.append(("all pooled", *counts, NOTHING, NOTHING, *pooled))
    rows.append(("mean of classes", NOTHING, NOTHING, NOTHING, *maps, *meant))
    return Grid(
        "Classes",
        ("class", "truths", "spots", "right", "loose", "tight", "precision", "recall", "F1"),
        tuple(rows),
        f"in %; right, precision, recall and F1 within {rates.tolerance_s / 2:g} s of the truth; "
        "their mean is over the classes with truth",
    )


def _thresholds(extended: ExtendedMetrics) -> Grid:
    rows = tuple(
        (
            f"{held.tolerance_s:g} s",
            percent(held.none.micro.f1),
            percent(held.common.micro.f1),
            percent(held.per_class.micro.f1),
            NOTHING if held.common_threshold is None else f"{held.common_threshold:.3f}",
        )
        for held in extended.thresholds
    )
    return Grid(
        "F1 with a confidence threshold, fitted on other games than judged",
        ("tolerance", "all spots", "common threshold", "threshold a class", "common, all games"),
        rows,
        "micro F1 in %; the last column is the threshold to use on new games",
    )


def _timing(extended: ExtendedMetrics) -> Grid:
    errors = {"all": extended.timing.overall, **extended.timing.per_class}
    rows = tuple(
        (
            name,
            number_of(error.matched),
            *(
                NOTHING if value is None else f"{value / 1000:+.2f}"
                for value in (error.bias_ms, error.median_ms, error.low_ms, error.high_ms)
            ),
            NOTHING if error.spread_ms is None else f"{error.spread_ms / 1000:.2f}",
        )
        for name, error in errors.items()
        if error.matched
    )
    return Grid(
        "Time errors of matched spots",
        ("class", "matched", "bias", "median", "5 %", "95 %", "spread"),
        rows,
        f"in s, spot less truth; nearest pairs within {extended.timing.tolerance_s / 2:g} s",
    )


def _segments(extended: ExtendedMetrics) -> Grid:
    segments = extended.segments
    rows = (
        *((f"tIoU {at:g}", percent(value)) for at, value in segments.thumos.items()),
        ("THUMOS average (0.3 to 0.7)", percent(segments.thumos_average)),
        ("ActivityNet average (0.5 to 0.95)", percent(segments.activitynet_average)),
    )
    note = f"in %; points widened to {segments.width_s:g} s; secondary, the truth is points"
    return Grid("Temporal IoU", ("threshold", "mAP"), rows, note)


def _team(extended: ExtendedMetrics) -> Grid:
    team = extended.team
    rows = tuple(
        (
            name,
            number_of(counts.matched),
            number_of(counts.named),
            _percent(counts.accuracy),
            _percent(counts.commonest),
        )
        for name, counts in {"all": team.overall, **team.per_class}.items()
        if counts.matched
    )
    maps = ", ".join(f"{name} {percent(v)}" for name, v in team.team_average_map.items())
    return Grid(
        "Team",
        ("class", "matched", "team named", "right", "commoner team"),
        rows,
        f"right in % of named; average-mAP with the team required: {maps}",
    )


def _hallucination(extended: ExtendedMetrics) -> Grid:
    found = extended.hallucination
    labels, confidences = found.label_entropy, found.confidence_entropy
    rows = [
        ("false spots a minute", number(found.false_per_minute)),
        (f"spots a quiet minute (no event within {found.quiet.margin_s:g} s)",
         _number(found.quiet.per_minute)),
        ("quiet minutes", number(found.quiet.minutes)),
        ("windows answered 'nothing'", _percent(found.nothing_share)),
        ("spots in storms", percent(found.storms.share)),
        (f"longest storm ({found.storms.longest_label})", number_of(found.storms.longest)),
        *((f"{i.label} spots beyond the final score", f"{i.beyond} of {i.claimed}")
          for i in found.impossible),
        ("entropy of the labels, bits (truth; most)",
         f"{labels.claims:.2f} ({labels.truths or 0:.2f}; {labels.most:.2f})"),
        ("entropy of the confidences, bits (most)",
         f"{confidences.claims:.2f} ({confidences.most:.2f})"),
        ("different confidences", number_of(confidences.values)),
    ]  # fmt: skip
    return Grid("Claims of what is not there", ("figure", "value"), tuple(rows), "shares in %")


def _by_class(extended: ExtendedMetrics, rates: PrecisionRecall) -> Grid:
    found = extended.hallucination
    rows = tuple(
        (
            name,
            percent(rates.per_class[name].recall),
            percent(found.chance_recall[name]),
            percent(share),
            f"{found.storms.spacing_s[name]:.1f}",
        )
        for name, share in found.storms.per_class.items()
    )
    return Grid(
        "Recall against chance, and storms",
        ("class", "recall", "recall by chance", "spots in storms", "real spacing, s"),
        rows,
        "in %; by chance: the share of the play within reach of a spot; storms: 3 spots or more, "
        "each nearer to the last than 95 % of true events of the class",
    )


def _calibration(extended: ExtendedMetrics) -> Grid:
    study = extended.calibration
    rows = tuple(
        (
            name,
            _percent(fit.d_ece),
            _percent(fit.la_ece),
            NOTHING if fit.brier is None else f"{fit.brier:.3f}",
            _percent(fit.mean_confidence),
            _percent(fit.precision),
            percent(fit.loose),
            percent(fit.tight),
        )
        for name, fit in {"as it is": study.raw, **study.fitted}.items()
    )
    return Grid(
        "Calibration",
        ("confidence", "D-ECE", "LaECE", "Brier", "mean", "precision", "loose", "tight"),
        rows,
        f"in % but Brier; right within {study.tolerance_s / 2:g} s; fits made on other games",
    )


def _errors(extended: ExtendedMetrics) -> Grid:
    errors = extended.errors
    rows = tuple(
        (
            str(kind.kind),
            number_of(kind.count),
            percent(kind.share),
            percent(kind.loose),
            f"{100 * kind.loose_gain:+.2f}",
            percent(kind.tight),
            f"{100 * kind.tight_gain:+.2f}",
        )
        for kind in errors.kinds
    )
    return Grid(
        "Errors, and average-mAP if one kind were fixed",
        ("kind", "count", "share", "loose", "gain", "tight", "gain "),
        rows,
        f"in %; close is within {errors.close_s / 2:g} s, near within {errors.near_s / 2:g} s; "
        f"{number_of(errors.right)} of {number_of(errors.spots)} spots are right",
    )


def _class_intervals(extended: ExtendedMetrics, rates: PrecisionRecall) -> list[Grid]:
    """The intervals of each class, where at least one has any."""
    by_metric = extended.class_intervals
    found = [one for by_class in by_metric.values() for one in by_class.values()]
    if not any(interval.ends for interval in found):
        return []
    rows = [
        (name, *(_interval(by_class.get(name)) for by_class in by_metric.values()))
        for name in rates.per_class
    ]
    pooled = [extended.intervals[name] for name in ("precision", "recall", "f1")]
    rows.append(("all pooled", NOTHING, NOTHING, *map(_interval, pooled)))
    note = f"in %; {NOTHING} without figure. {extended.interval_sentence}"
    return [Grid("95 % intervals by class", ("class", *CLASS_METRICS), tuple(rows), note)]


def _added(figures: dict[str, float | None]) -> Grid:
    """The metrics of third-party packages."""
    from touchline.report.leaderboard.columns import Column
    from touchline.scores import METRIC_REGISTRY

    columns = {name: Column(METRIC_REGISTRY.get(name)) for name in figures}
    rows = tuple(
        (columns[name].metric.heading, NOTHING if value is None else columns[name].show(value))
        for name, value in figures.items()
    )
    return Grid("Metrics of installed packages", ("metric", "value"), rows)


def number_of(count: int) -> str:
    """A count, thousands apart."""
    return f"{count:,}"


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return NOTHING
    if interval.ends is None:
        return TOO_FEW
    return f"{percent(interval.ends[0])} to {percent(interval.ends[1])}"


def _percent(value: float | None) -> str:
    return NOTHING if value is None else percent(value)


def _number(value: float | None) -> str:
    return NOTHING if value is None else number(value)


TEAM_BALL_COLUMNS = ("visible", "unshown", "without team", "visible without team")


def team_ball_grids(figures: Mapping[str, TeamBall], task: Task) -> list[Grid]:
    """The tables of the team-ball task."""
    rows = tuple(
        (
            name,
            *map(_defined, (f.team_map, f.visible, f.unshown, f.no_team_map, f.no_team_visible)),
        )
        for name, f in figures.items()
    )
    classes = tuple(
        (name, *(_defined(figure.per_class[i]) for figure in figures.values()))
        for i, name in enumerate(task.classes)
    )
    note = f"in %; {NOTHING} where an action has no truth to weigh its sides by"
    return [
        Grid("Team mAP", ("metric", "team mAP", *TEAM_BALL_COLUMNS), rows, note),
        Grid("Actions", ("action", *figures), classes, note),
    ]


def _defined(value: float) -> str:
    return NOTHING if math.isnan(value) else percent(value)
