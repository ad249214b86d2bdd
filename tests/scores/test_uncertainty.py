"""Intervals over games, paired tests and power."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from touchline.errors import UserError
from touchline.games import Label, Task
from touchline.report import score_grids
from touchline.scores import (
    CONTROLS,
    LEAST_GAMES,
    Contender,
    LeaveOneOut,
    class_intervals,
    compare_models,
    comparison_families,
    count_by_game,
    floor_sentence,
    holm,
    interval_sentence,
    intervals,
    leave_one_out,
    official_scores,
    precision_recall_f1,
    score_sheet,
)
from touchline.scores.uncertainty.jackknife import interval_around
from touchline.scores.uncertainty.paired_tests import exchange_test
from touchline.scores.uncertainty.pooled_figures import pooled_figures
from touchline.scores.uncertainty.power import games_needed, least_difference
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
    figures = pooled_figures(count_by_game(by_id, TASK), np.array([weight]))
    expected = official_scores(again, TASK)
    # A class without truth among the drawn games is left out rather than counted as 0.
    known = {x.label for pair in by_id.values() for x in pair[0]}
    drawn_known = {x.label for pair in again.values() for x in pair[0]}
    scale = len(known) / len(drawn_known) if drawn_known else 1.0
    for name, averages in expected.metrics.items():
        assert figures.overall[name][0] == pytest.approx(averages.a_map * scale, abs=1e-12)
    rates = precision_recall_f1(again, 5, TASK).micro
    assert figures.overall["precision"][0] == pytest.approx(rates.precision)
    assert figures.overall["recall"][0] == pytest.approx(rates.recall)
    assert figures.overall["f1"][0] == pytest.approx(rates.f1)


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


def left_out(count: int, hit: float, seed: int) -> LeaveOneOut:
    return leave_one_out(count_by_game(some_games(count, hit, seed)))


def test_leaving_a_game_out_is_scoring_the_others() -> None:
    games = some_games(4, 0.5, 0)
    found = leave_one_out(count_by_game(games))
    for i, game in enumerate(games):
        others = official_scores({name: pair for name, pair in games.items() if name != game})
        assert found.without["loose"][i] == pytest.approx(others.loose.a_map)
        goal = others.task.class_index("Goal")
        assert found.class_without["tight"][i, goal] == pytest.approx(others.tight.per_class[goal])


def test_interval_holds_the_figure_and_narrows_with_games() -> None:
    few = intervals(left_out(5, 0.5, 0))["recall"].ends
    many = intervals(left_out(60, 0.5, 0))["recall"]
    assert few is not None
    assert many.ends is not None
    assert many.ends[0] < many.value < many.ends[1]
    assert many.ends[1] - many.ends[0] < few[1] - few[0]


@pytest.mark.parametrize("games", [1, 2, LEAST_GAMES - 1])
def test_too_few_games_have_no_interval_and_a_sentence(games: int) -> None:
    found = intervals(left_out(max(games, 2), 0.5, 0))
    assert {one.ends for one in found.values()} == {None}
    assert "too few games for an interval" in interval_sentence(games)
    assert "too few" not in interval_sentence(LEAST_GAMES)


def test_a_class_in_few_games_has_no_interval() -> None:
    games = some_games(12, 0.5, 0)
    games["0"][0].append(Label(1, 500_000, "Penalty"))
    counts = count_by_game(games)
    by_class = class_intervals(leave_one_out(counts), "loose")
    found = dict(zip(official_scores({}).task.classes, by_class, strict=True))
    assert found["Goal"] is not None
    assert found["Goal"].ends is not None
    assert found["Penalty"] is not None
    assert found["Penalty"].ends is None
    assert found["Corner"] is None


def test_interval_covers_about_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(60):
        counts = count_by_game(some_games(8, 0.5, seed), metrics=["at1"])
        ends = intervals(leave_one_out(counts))["recall"].ends
        assert ends is not None
        covered += ends[0] <= 0.5 <= ends[1]
    assert 51 <= covered <= 60


def test_clear_difference_is_significant_and_none_is_not() -> None:
    models = {
        "good": left_out(20, 0.9, 0),
        "poor": left_out(20, 0.3, 1),
        "poor too": left_out(20, 0.3, 2),
    }
    metrics = ["loose", "recall"]
    found = {(t.first, t.second, t.metric): t for t in compare_models(models, metrics=metrics)}
    assert len(found) == 6
    clear, none = found["good", "poor", "loose"], found["poor", "poor too", "recall"]
    assert clear.significant
    assert clear.difference.ends is not None
    assert clear.difference.ends[0] > 0
    assert not none.significant
    assert none.least_difference is not None
    assert abs(none.difference.value) < none.least_difference
    assert all(test.p_holm >= test.p for test in found.values())


@pytest.mark.parametrize("games", [3, 10, 14])
def test_exact_p_with_few_games(games: int) -> None:
    models = {"all": left_out(games, 1.0, 0), "none": left_out(games, 0.0, 0)}
    test = compare_models(models, metrics=["recall"])[0]
    assert test.p == 2 / 2**games  # of the exchanges only none and all are as extreme
    assert test.difference.value == 1.0


def test_draws_agree_with_all_exchanges() -> None:
    contributions = np.random.default_rng(0).normal(0.3, 1, (12, 3))
    exact = exchange_test(contributions)
    padded = np.vstack([contributions, np.zeros((4, 3))])
    assert exchange_test(padded, draws=20_000) == pytest.approx(exact, abs=0.02)


def test_a_model_beside_itself() -> None:
    found = left_out(4, 0.5, 0)
    assert {test.p for test in compare_models({"a": found, "b": found})} == {1.0}


def test_the_scale_of_a_models_confidences_does_not_matter() -> None:
    """Confidences on another scale, in the same order, change no p."""
    games = some_games(8, 0.5, 3)
    steps = {
        game: (truth, [one._replace(confidence=round(one.confidence * 50) / 199) for one in made])
        for game, (truth, made) in games.items()
    }
    high = {
        game: (truth, [one._replace(confidence=one.confidence + 140 / 199) for one in made])
        for game, (truth, made) in steps.items()
    }
    other = left_out(8, 0.6, 4)
    low_p, high_p = (
        [test.p for test in compare_models({"a": leave_one_out(count_by_game(one)), "b": other})]
        for one in (steps, high)
    )
    assert low_p == high_p


def test_other_games_are_an_error() -> None:
    models = {"a": left_out(3, 0.5, 0), "b": left_out(4, 0.5, 0)}
    with pytest.raises(UserError, match="on the same games"):
        compare_models(models)


def test_families_are_corrected_each_on_its_own() -> None:
    rows = [
        Contender("a"),
        Contender("b"),
        Contender("weak", "null"),
        Contender("strong", "null"),
        Contender("hears", "sound"),
        Contender("a+blank", "control", "a"),
        Contender("gone+blank", "control", "gone"),
    ]
    found = comparison_families(rows, {"weak": 0.1, "strong": 0.2, "hears": 0.3})
    models, null, sound, controls = found.values()
    assert models == [("a", "b")]
    assert null == [("a", "strong"), ("b", "strong")]
    assert sound == [("a", "hears"), ("b", "hears")]
    assert controls == [("a", "a+blank")]
    figures = {one.name: left_out(9, 0.5, seed) for seed, one in enumerate(rows)}
    tests = compare_models(figures, found, ["loose"])
    alone = [test for test in tests if test.family == CONTROLS]
    assert alone[0].p_holm == alone[0].p


def test_the_floor_is_said_beforehand() -> None:
    assert floor_sentence(8, 10) == (
        "8 games and 10 pairs: no difference can be significant (the smallest p possible is "
        "0.0078, times 10 pairs)."
    )
    assert floor_sentence(8, 6) is None
    assert floor_sentence(20, 55) is None
    assert floor_sentence(5, 1) is not None
    assert least_difference(np.arange(8.0), pairs=10) is None


def test_games_needed_are_the_fewest_that_show_the_difference() -> None:
    without = np.random.default_rng(1).normal(0.1, 0.004, 20)
    needed = games_needed(without, 0.02, pairs=3)
    assert needed is not None
    shown = least_difference(without, 3, needed)
    assert shown is not None
    assert shown <= 0.02
    before = least_difference(without, 3, needed - 1)
    assert before is None or before > 0.02
    assert games_needed(without, 1e-6) is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_the_order_and_only_raises(p_values: list[float]) -> None:
    corrected = holm(p_values)
    assert all(p <= c <= 1 for p, c in zip(p_values, corrected, strict=True))
    order = np.argsort(p_values, kind="stable")
    assert (np.diff(np.array(corrected)[order]) >= 0).all()
    assert corrected[order[0]] == pytest.approx(min(1, len(p_values) * p_values[order[0]]))


def test_a_sheet_without_intervals_says_why():
    truth = [Label(1, 1000 * i, "Goal") for i in range(5)]
    found = [Spot(1, 1000 * i, "Goal", None, 0.5) for i in range(3)]
    sheet = score_sheet({str(i): (truth, found[: 1 + i % 3]) for i in range(6)})
    assert sheet.intervals.keys() >= {"loose", "tight", "precision"}
    without = sheet.without_intervals("because")
    assert not without.intervals
    assert without.figures == sheet.figures
    titles = {grid.title for grid in score_grids(without)}
    assert titles == {grid.title for grid in score_grids(sheet)} - {"95 % intervals by class"}
    assert "because" in score_grids(without)[0].note


def test_bias_widens_an_interval_at_most_by_the_root_of_two():
    """On any number of games: there is no step where the rule changes."""
    generator = np.random.default_rng(3)
    for count in (10, 49, 50, 80):
        played = {
            str(game): (
                [Label(1, int(t), "Goal") for t in generator.uniform(0, 90_000, 3)],
                [
                    Spot(1, int(t), "Goal", None, float(c))
                    for t, c in generator.uniform((0, 0), (90_000, 1), (3, 2))
                ],
            )
            for game in range(count)
        }
        found = leave_one_out(count_by_game(played, Task("one", ("Goal",))))
        for metric in ("loose", "tight"):
            low, high = intervals(found)[metric].ends
            plain = interval_around(found.figures[metric], found.without[metric])
            reach = max(found.figures[metric] - low, high - found.figures[metric])
            least = plain.high - found.figures[metric]
            assert least - 1e-9 <= reach <= 2**0.5 * least + 1e-9
