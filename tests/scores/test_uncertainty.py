"""Intervals over games and paired tests."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from touchline.errors import UserError
from touchline.games import Label, Task
from touchline.scores import (
    compare_models,
    count_by_game,
    holm,
    intervals,
    official_scores,
    precision_recall_f1,
    too_few_games,
)
from touchline.scores.uncertainty.game_counts import pooled_figures
from touchline.spots.types import Spot

TASK = Task("two", ("Goal", "Foul"))
names = st.sampled_from(TASK.classes)
labels = st.lists(st.builds(Label, st.just(1), st.integers(0, 90_000), names), max_size=6)
spots = st.lists(
    st.builds(Spot, st.just(1), st.integers(0, 90_000), names, st.none(), st.floats(0, 1)),
    max_size=12,
)
games = st.lists(st.tuples(labels, spots), min_size=1, max_size=4)


@settings(max_examples=50)
@given(games, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_weighted_games_are_the_games_scored_that_often(
    drawn: list[tuple[list[Label], list[Spot]]], weights: list[int]
) -> None:
    by_id = {str(i): pair for i, pair in enumerate(drawn)}
    weight = weights[: len(drawn)]
    again = {
        f"{game}-{copy}": by_id[game]
        for game, times in zip(by_id, weight, strict=True)
        for copy in range(times)
    }
    figures = pooled_figures([(count_by_game(by_id, TASK), np.array([weight]))])
    expected = official_scores(again, TASK)
    # A class without truth among the drawn games is left out rather than counted as 0.
    known = {x.label for pair in by_id.values() for x in pair[0]}
    drawn_known = {x.label for pair in again.values() for x in pair[0]}
    scale = len(known) / len(drawn_known) if drawn_known else 1.0
    for name, averages in expected.metrics.items():
        assert figures[name][0] == pytest.approx(averages.a_map * scale, abs=1e-12)
    rates = precision_recall_f1(again, 5, TASK).micro
    assert figures["precision"][0] == pytest.approx(rates.precision)
    assert figures["recall"][0] == pytest.approx(rates.recall)
    assert figures["f1"][0] == pytest.approx(rates.f1)


def some_games(count: int, hit: float, seed: int) -> dict[str, tuple[list[Label], list[Spot]]]:
    """Games with 20 goals each, of which a share is found."""
    generator = np.random.default_rng(seed)
    result = {}
    for i in range(count):
        truth = [Label(1, (j + 1) * 100_000, "Goal") for j in range(20)]
        made = [
            Spot(1, label.position_ms, "Goal", None, float(generator.uniform()))
            for label in truth
            if generator.uniform() < hit
        ]
        result[str(i)] = (truth, made)
    return result


def test_interval_holds_the_figure_and_narrows_with_games() -> None:
    few = intervals(count_by_game(some_games(5, 0.5, 0)), 300)["recall"]
    many = intervals(count_by_game(some_games(60, 0.5, 0)), 300)["recall"]
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low


def test_bootstrap_interval_covers_about_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(60):
        found = intervals(count_by_game(some_games(25, 0.5, seed), metrics=["at1"]), 200, seed)[
            "recall"
        ]
        covered += found.low <= 0.5 <= found.high
    assert 48 <= covered <= 60


def test_clear_difference_is_significant_and_none_is_not() -> None:
    models = {
        "good": count_by_game(some_games(20, 0.9, 0)),
        "poor": count_by_game(some_games(20, 0.3, 1)),
        "poor too": count_by_game(some_games(20, 0.3, 2)),
    }
    found = {(t.first, t.second, t.metric): t for t in compare_models(models, resamples=300)}
    assert len(found) == 6
    assert found["good", "poor", "loose"].significant
    assert found["good", "poor", "loose"].difference.low > 0
    assert not found["poor", "poor too", "loose"].significant
    assert all(test.p_holm >= test.p for test in found.values())


def test_exact_p_with_few_games() -> None:
    models = {
        "all": count_by_game(some_games(3, 1.0, 0)),
        "none": count_by_game(some_games(3, 0.0, 0)),
    }
    test = compare_models(models, ["recall"], resamples=1000)[0]
    assert test.p == 2 / 2**3  # of the 8 exchanges only none and all are as extreme
    assert test.difference.value == 1.0


def test_a_model_beside_itself() -> None:
    counts = count_by_game(some_games(4, 0.5, 0))
    assert {test.p for test in compare_models({"a": counts, "b": counts})} == {1.0}


def test_other_games_are_an_error() -> None:
    models = {"a": count_by_game(some_games(3, 0.5, 0)), "b": count_by_game(some_games(4, 0.5, 0))}
    with pytest.raises(UserError, match="on the same games"):
        compare_models(models)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_the_order_and_only_raises(p_values: list[float]) -> None:
    corrected = holm(p_values)
    assert all(p <= c <= 1 for p, c in zip(p_values, corrected, strict=True))
    order = np.argsort(p_values, kind="stable")
    assert (np.diff(np.array(corrected)[order]) >= 0).all()
    assert corrected[order[0]] == pytest.approx(min(1, len(p_values) * p_values[order[0]]))


def test_warning_for_few_games() -> None:
    assert too_few_games(20) is None
    assert "can never" in (too_few_games(5) or "")
    assert "can hardly" in (too_few_games(8) or "")
    assert "no intervals" in (too_few_games(1) or "")
