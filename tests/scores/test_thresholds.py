"""Curves and thresholds."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from touchline.games import Label
from touchline.scores import (
    align_events,
    held_out_thresholds,
    precision_recall_curve,
    precision_recall_f1,
    sweep_tolerances,
)
from touchline.scores.folds import fold_of_game
from touchline.spots.types import Spot


def goal(position_ms: int, confidence: float) -> Spot:
    return Spot(1, position_ms, "Goal", None, confidence)


def test_curve_has_a_point_for_each_confidence() -> None:
    labels = [Label(1, 10_000, "Goal"), Label(1, 90_000, "Goal")]
    spots = [goal(10_000, 0.9), goal(50_000, 0.5), goal(90_000, 0.5), goal(120_000, 0.1)]
    curve = precision_recall_curve(align_events({"game": (labels, spots)}), 5, "Goal")
    assert curve.confidence.tolist() == [0.9, 0.5, 0.1]
    assert curve.precision.tolist() == pytest.approx([1, 2 / 3, 0.5])
    assert curve.recall.tolist() == [0.5, 1, 1]
    assert curve.f1.argmax() == 1


@given(
    st.lists(st.tuples(st.integers(0, 60_000), st.sampled_from([0.1, 0.5, 0.9])), max_size=15),
    st.lists(st.integers(0, 60_000), max_size=6),
)
def test_curve_agrees_with_the_rates_where_nothing_is_cut(
    made: list[tuple[int, float]], true: list[int]
) -> None:
    aligned = align_events(
        {"game": ([Label(1, t, "Goal") for t in true], [goal(*x) for x in made])}
    )
    curve = precision_recall_curve(aligned, 10)
    rates = precision_recall_f1(aligned, 10).micro
    if made:
        assert curve.precision[-1] == rates.precision
        assert curve.recall[-1] == rates.recall
        assert curve.f1[-1] == pytest.approx(rates.f1)
    assert (np.diff(curve.recall) >= 0).all()


def test_threshold_is_judged_on_games_that_it_was_not_fitted_on() -> None:
    # In each game the true goal is the surer; but in the last, 0.8 is the false one.
    games = {
        str(i): ([Label(1, 10_000, "Goal")], [goal(10_000, 0.8), goal(90_000, 0.2)])
        for i in range(4)
    }
    games["odd"] = ([Label(1, 10_000, "Goal")], [goal(10_000, 0.1), goal(90_000, 0.8)])
    held = held_out_thresholds(align_events(games), 5)
    assert held.none.micro.precision == 0.5
    assert (held.common.micro.true_positives, held.common.micro.claims) == (4, 5)
    assert held.common_threshold == 0.8
    assert held.class_thresholds["Goal"] == 0.8
    assert held.class_thresholds["Foul"] is None


def test_sweep_goes_over_the_tolerances() -> None:
    games = {"game": ([Label(1, 10_000, "Goal")], [goal(14_000, 0.8)])}
    swept = {
        held.tolerance_s: held.none.micro.recall for held in sweep_tolerances(align_events(games))
    }
    assert swept[5] == 0
    assert swept[10] == 1


@pytest.mark.parametrize(("games", "folds"), [(1, 1), (3, 3), (10, 10), (25, 10)])
def test_every_fold_leaves_games_out(games: int, folds: int) -> None:
    fold = fold_of_game(games)
    assert len(fold) == games
    assert len(np.unique(fold)) == folds
