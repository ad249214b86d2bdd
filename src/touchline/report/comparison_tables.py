"""The tables of a comparison: differences between models, and what the models see."""

from collections.abc import Sequence

from touchline.report.formatting import NOTHING
from touchline.report.grids import Grid
from touchline.report.tables.score_cells import TOO_FEW
from touchline.scores import CONTROLS, POWER, Interval, PairPower, PairTest
from touchline.text import counted


def pair_grids(tests: Sequence[PairTest]) -> list[Grid]:
    """Which differences between models are more than chance: a table for each family."""
    families = list(dict.fromkeys(test.family for test in tests))
    return [
        Grid(
            f"Differences: {family}",
            ("pair", "metric", "difference", "95 % interval", "p", "p (Holm)", "significant",
             "could show"),
            tuple(_pair_row(test) for test in tests if test.family == family),
            "in %; signs of each game's contribution exchanged, Holm at 5 % over the pairs of a "
            f"metric; could show: the difference that these games show in {POWER:.0%} of cases",
        )
        for family in families
    ]  # fmt: skip


def _pair_row(test: PairTest) -> tuple[str, ...]:
    return (
        f"{test.first} less {test.second}",
        test.metric,
        f"{100 * test.difference.value:+.2f}",
        _signed_interval(test.difference),
        f"{test.p:.3g}",
        f"{test.p_holm:.3g}",
        "yes" if test.significant else "no",
        _least(test),
    )


def _least(test: PairTest) -> str:
    """What a test could have found, beside one that found nothing."""
    if test.significant:
        return NOTHING
    return "none" if test.least_difference is None else f"{100 * test.least_difference:.2f}"


def control_grid(tests: Sequence[PairTest], metric: str = "loose") -> Grid:
    """What models lose when the picture is taken away ("demo" minus "demo+blank")."""
    rows = tuple(
        (
            test.first,
            test.second.removeprefix(f"{test.first}+"),
            f"{100 * test.difference.value:+.2f}",
            _signed_interval(test.difference),
            "yes" if test.significant else "no",
        )
        for test in tests
        if test.metric == metric and test.family == CONTROLS
    )
    return Grid(
        "What the models see: their score less that of their controls",
        ("model", "control", "seen", "95 % interval", "significant"),
        rows,
        f"{metric} average-mAP in %; what a control scores as well was not seen",
    )


def power_grid(games: int, pairs: Sequence[PairPower]) -> Grid:
    """What so many games show, and the games that wanted differences need."""
    wanted = list(pairs[0].games_needed) if pairs else []
    rows = tuple(
        (
            f"{one.first} less {one.second}",
            one.family,
            one.metric,
            f"{100 * one.difference:+.2f}",
            f"{100 * one.spread:.2f}",
            "none" if one.least_difference is None else f"{100 * one.least_difference:.2f}",
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
    )  # fmt: skip


def _needed(games: int | None) -> str:
    return "> 100,000" if games is None else f"{games:,}"


def _signed_interval(interval: Interval) -> str:
    if interval.ends is None:
        return TOO_FEW
    return f"{100 * interval.ends[0]:+.2f} to {100 * interval.ends[1]:+.2f}"
