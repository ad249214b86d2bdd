"""The tables of a comparison: differences between models, and what the models see."""

from collections.abc import Sequence

from touchline.report.grids import MINUS, Grid
from touchline.report.tables.score_cells import figure_of, interval_of, points_of
from touchline.scores import CONTROLS, POWER, Interval, PairPower, PairTest
from touchline.text import counted

_DIFFERENCES = "Differences: "
_FEW_PAIRS = 3
"""Pairs of a metric that are listed; more become a matrix."""


def pair_grids(tests: Sequence[PairTest]) -> list[Grid]:
    """Which differences between models are more than chance: a table for each family."""
    families = list(dict.fromkeys(test.family for test in tests))
    return [
        Grid(
            f"{_DIFFERENCES}{family}",
            ("pair", "metric", "difference", "95 % interval", "p", "p (Holm)", "significant",
             "could show"),
            tuple(_pair_row(test) for test in tests if test.family == family),
            "in %; signs of each game's contribution exchanged, Holm at 5 % over the pairs of a "
            f"metric; could show: the difference that these games show in {POWER:.0%} of cases",
            keys=2,
        )
        for family in families
    ]  # fmt: skip


def pair_matrices(tests: Sequence[PairTest]) -> list[Grid]:
    """The same differences for a terminal: a matrix for each family and metric of many pairs."""
    grids = []
    for grid in pair_grids(tests):
        family = [test for test in tests if grid.title == f"{_DIFFERENCES}{test.family}"]
        metrics = list(dict.fromkeys(test.metric for test in family))
        if len(family) <= _FEW_PAIRS * len(metrics):
            grids.append(_narrow(grid, family))
            continue
        grids += [
            _matrix(grid.title, [one for one in family if one.metric == metric])
            for metric in metrics
        ]
    return grids


def _narrow(grid: Grid, tests: Sequence[PairTest]) -> Grid:
    """A table of pairs that fits 80 columns."""
    return Grid(
        grid.title,
        ("pair", "metric", "difference", "95 % interval", "p (Holm)", "could show"),
        tuple(
            (
                f"{test.first}{MINUS}{test.second}",
                test.metric,
                f"{100 * test.difference.value:+.2f}{'*' if test.significant else ''}",
                _signed_interval(test.difference),
                f"{test.p_holm:.3g}",
                _least(test),
            )
            for test in tests
        ),
        f"* significant; {grid.note}",
    )


def _matrix(title: str, tests: Sequence[PairTest]) -> Grid:
    """The differences of one metric: row minus column."""
    names = list(dict.fromkeys(name for test in tests for name in (test.first, test.second)))
    cells = {(test.first, test.second): (test.difference.value, test.significant) for test in tests}
    cells |= {(second, first): (-value, sure) for (first, second), (value, sure) in cells.items()}
    # A name as heading would be cut; the number is that of its row.
    heads = [str(number) for number, _ in enumerate(names, start=1)]
    rows = tuple(
        (
            f"{number} {name}",
            *(
                f"{100 * cells[name, other][0]:+.1f}{'*' if cells[name, other][1] else ''}"
                if (name, other) in cells
                else ""
                for other in names
            ),
        )
        for number, name in enumerate(names, start=1)
    )
    return Grid(
        f"{title}, {tests[0].metric}",
        ("row minus column", *heads),
        rows,
        "in points of average-mAP; * significant (Holm at 5 % over these pairs). Intervals and p "
        "of every pair: --json, --csv or --md",
    )


def _pair_row(test: PairTest) -> tuple[str, ...]:
    return (
        f"{test.first}{MINUS}{test.second}",
        test.metric,
        points_of(test.difference.value, "{:+.2f}"),
        _signed_interval(test.difference),
        figure_of(test.p, "{:.3g}"),
        figure_of(test.p_holm, "{:.3g}"),
        "yes" if test.significant else "no",
        _least(test),
    )


def _least(test: PairTest) -> str:
    """What a test could have found, beside one that found nothing."""
    if test.significant:
        return points_of(None)
    return points_of(test.least_difference, without="none")


def control_grid(tests: Sequence[PairTest], metric: str = "loose") -> Grid:
    """What models lose when the picture is taken away ("demo" minus "demo+blank")."""
    rows = tuple(
        (
            test.first,
            test.second.removeprefix(f"{test.first}+"),
            points_of(test.difference.value, "{:+.2f}"),
            _signed_interval(test.difference),
            "yes" if test.significant else "no",
        )
        for test in tests
        if test.metric == metric and test.family == CONTROLS
    )
    return Grid(
        "What the models see: their score minus that of their controls",
        ("model", "control", "seen", "95 % interval", "significant"),
        rows,
        f"{metric} average-mAP in %; what a control scores as well was not seen",
        keys=2,
    )


def power_grid(games: int, pairs: Sequence[PairPower]) -> Grid:
    """What so many games show, and the games that wanted differences need."""
    wanted = list(pairs[0].games_needed) if pairs else []
    rows = tuple(
        (
            f"{one.first}{MINUS}{one.second}",
            one.family,
            one.metric,
            points_of(one.difference, "{:+.2f}"),
            points_of(one.spread),
            points_of(one.least_difference, without="none"),
            *(_needed(one.games_needed[each]) for each in wanted),
        )
        for one in pairs
    )
    return Grid(
        f"What {counted(games, 'game')} can show",
        ("pair", "family", "metric", "difference", "spread", "could show",
         *(f"games for {100 * each:g}" for each in wanted)),
        rows,
        f"in points; could show: the smallest difference found in {POWER:.0%} of cases at 5 %, "
        "Holm's first step over the pairs of the family; spread: standard deviation over games",
        keys=3,
    )  # fmt: skip


def _needed(games: int | None) -> str:
    return figure_of(games, "{:,}", "games", without="> 100,000")


def _signed_interval(interval: Interval) -> str:
    return interval_of(interval, "{:+.2f}", "points")
