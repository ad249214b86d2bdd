"""Errors explained."""

import pytest

from touchline.games import Label
from touchline.scores import align_events, analyze_errors, official_scores, precision_recall_f1
from touchline.scores.error_analysis import ErrorKind
from touchline.spots.types import Spot

MINUTE = 60_000
LABELS = [Label(1, (5 + 5 * i) * MINUTE, "Goal") for i in range(4)]
CASES = {
    ErrorKind.WRONG_CLASS: [Spot(1, 10 * MINUTE + 1000, "Foul", None, 0.9)],
    ErrorKind.WRONG_TIME: [Spot(1, 10 * MINUTE + 20_000, "Goal", None, 0.9)],
    ErrorKind.BOTH: [Spot(1, 10 * MINUTE + 20_000, "Foul", None, 0.9)],
    ErrorKind.DUPLICATE: [Spot(1, 5 * MINUTE + 1000, "Goal", None, 0.8)],
    ErrorKind.BACKGROUND: [Spot(1, 40 * MINUTE, "Goal", None, 0.9)],
    ErrorKind.MISSED: [],
}
HIT = Spot(1, 5 * MINUTE, "Goal", None, 0.95)


@pytest.mark.parametrize("error", ErrorKind)
def test_each_kind_is_told_and_priced(error: ErrorKind) -> None:
    games = {"game": (LABELS, [HIT, *CASES[error]])}
    result = analyze_errors(games)
    kinds = {kind.kind: kind for kind in result.kinds}
    assert kinds[error].count == (1 if error != ErrorKind.MISSED else 3)
    others = [k.count for k in result.kinds if k.kind not in (error, ErrorKind.MISSED)]
    assert others == [0] * len(others)
    assert result.right == 1
    assert result.loose == official_scores(games).loose.a_map
    assert error.explanation


def test_mending_gives_what_it_promises() -> None:
    spots = [HIT, *CASES[ErrorKind.WRONG_CLASS]]
    mended = {kind.kind: kind for kind in analyze_errors({"game": (LABELS, spots)}).kinds}
    right = [HIT, Spot(1, 10 * MINUTE + 1000, "Goal", None, 0.9)]
    assert (
        mended[ErrorKind.WRONG_CLASS].loose
        == official_scores({"game": (LABELS, right)}).loose.a_map
    )
    only_found = official_scores(
        {"game": (LABELS[:2], [HIT, *CASES[ErrorKind.WRONG_CLASS]])}
    ).loose.a_map
    # The second goal would be found by the renamed foul, so it does not count as missed.
    assert mended[ErrorKind.MISSED].loose == only_found
    assert mended[ErrorKind.MISSED].count == 2


def test_only_the_surest_takes_a_truth() -> None:
    late = [Spot(1, 10 * MINUTE + s * 1000, "Goal", None, 0.1 * s) for s in (5, 6, 7)]
    mended = {kind.kind: kind for kind in analyze_errors({"game": (LABELS[:2], late)}).kinds}
    found = [Spot(1, 10 * MINUTE, "Goal", None, 0.7)]
    assert mended[ErrorKind.WRONG_TIME].count == 3
    assert (
        mended[ErrorKind.WRONG_TIME].tight
        == official_scores({"game": (LABELS[:2], found)}).tight.a_map
    )


def test_nothing_to_explain() -> None:
    result = analyze_errors({"game": ([], [])})
    assert [kind.count for kind in result.kinds] == [0] * 6


def test_a_class_of_which_nothing_was_said_costs_something_when_missed() -> None:
    """As in TIDE: a class without truths and spots is no part of the mean."""
    missed = [Label(1, 30 * MINUTE, "Corner")]
    games = {"game": (LABELS[:1] + missed, [HIT])}
    kinds = {kind.kind: kind for kind in analyze_errors(games).kinds}
    assert kinds[ErrorKind.MISSED].loose == pytest.approx(1 / 16)
    assert kinds[ErrorKind.MISSED].loose_gain == pytest.approx(1 / 16 - 1 / 17)


def test_a_missed_class_with_false_spots_stays_in_the_mean() -> None:
    missed = [Label(1, 30 * MINUTE, "Corner")]
    false = [Spot(1, 5 * MINUTE, "Corner", None, 0.1)]
    kinds = {
        kind.kind: kind
        for kind in analyze_errors({"game": (LABELS[:1] + missed, [HIT, *false])}).kinds
    }
    assert kinds[ErrorKind.MISSED].count == 1
    assert kinds[ErrorKind.MISSED].loose_gain == pytest.approx(0)


@pytest.mark.parametrize("start_ms", [10_000, 10_001, 10_250, 10_499])
@pytest.mark.parametrize("away_ms", [2499, 2500, 2501, 2750, 2999, 3000])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_edge_of_the_tolerance_is_that_of_precision(
    start_ms: int, away_ms: int, sign: int
) -> None:
    """On the evaluator's grid of half seconds, 2.999 s away can be 2.5 s away."""
    spot = Spot(1, start_ms + sign * away_ms, "Goal", None, 0.9)
    games = {"game": ([Label(1, start_ms, "Goal")], [spot])}
    analysis = analyze_errors(games)
    rates = precision_recall_f1(align_events(games), tolerance_s=5)
    assert analysis.right == (away_ms <= 2500)
    assert analysis.right == rates.micro.precision
    kinds = {one.kind: one for one in analysis.kinds}
    assert kinds[ErrorKind.WRONG_TIME].count == (away_ms > 2500)
    fixed = kinds[ErrorKind.WRONG_TIME]
    assert fixed.tight >= analysis.tight


def test_positions_before_the_start_and_far_behind_the_end_are_where_the_evaluator_has_them() -> (
    None
):
    spots = [Spot(1, at, "Goal", None, 0.5) for at in (-200, -900, 0, 7_100_000, 7_300_000)]
    analysis = analyze_errors({"game": ([Label(1, 0, "Goal")], spots)})
    assert analysis.right == 1
    assert sum(one.count for one in analysis.kinds) == analysis.spots - 1
