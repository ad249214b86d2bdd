"""Team ball action spotting against a plain reading of its definition."""

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from touchline.errors import UserError
from touchline.games import Label, Task
from touchline.scores import official_scores, official_team_ball
from touchline.spots.types import Spot

TWO = Task("two", ("PASS", "DRIVE"), fps=25)
sides = st.sampled_from(["left", "right"])
names = st.sampled_from(TWO.classes)
labels = st.lists(
    st.builds(Label, st.just(1), st.integers(0, 20_000), names, sides, st.just(True)), max_size=12
)
spots = st.lists(
    st.builds(Spot, st.just(1), st.integers(0, 20_000), names, sides, st.floats(0, 1)), max_size=20
)


@given(labels, spots)
def test_sides_are_weighed_by_their_truths(labels: list[Label], spots: list[Spot]) -> None:
    result = official_team_ball({"game": (labels, spots)}, TWO, ["tight"])["tight"]
    expected = []
    for name in TWO.classes:
        total, weight = 0.0, 0
        for side in ("left", "right"):
            own = [x for x in labels if (x.label, x.team) == (name, side)]
            made = [x for x in spots if (x.label, x.team) == (name, side)]
            ap = official_scores({"game": (own, made)}, TWO, ["tight"]).tight
            cells = len({int(25 * (x.position_ms / 1000)) for x in own})
            total += ap.per_class[TWO.classes.index(name)] * cells
            weight += cells
        expected.append(total / weight if weight else math.nan)
    np.testing.assert_allclose(result.per_class, expected, atol=1e-12)
    np.testing.assert_allclose(result.team_map, np.mean(expected), atol=1e-12)


def test_wrong_side_finds_nothing() -> None:
    label = Label(1, 1000, "PASS", "left")
    spot = Spot(2, 1000, "PASS", "left", 0.9)  # any half: the evaluator has one time line
    right = Spot(1, 1000, "PASS", "right", 0.9)
    found = official_team_ball({"game": ([label], [spot])}, TWO)["at1"]
    assert found.per_class[0] == 1.0
    assert official_team_ball({"game": ([label], [right])}, TWO)["at1"].per_class[0] == 0.0
    assert found.to_json()["mAP"] is None  # no DRIVE to find: the mean is undefined


def test_event_without_side_is_an_error() -> None:
    with pytest.raises(UserError, match="'PASS' of team None"):
        official_team_ball({"game": ([], [Spot(1, 0, "PASS", None, 0.5)])}, TWO)


@given(labels, spots)
def test_figures_without_the_team_are_those_of_the_actions(
    labels: list[Label], spots: list[Spot]
) -> None:
    later = [Label(2, 500, "PASS", "left")]  # labels of other halves are dropped
    result = official_team_ball({"game": (labels + later, spots)}, TWO, ["tight"])["tight"]
    plain = official_scores({"game": (labels, spots)}, TWO, ["tight"]).tight
    np.testing.assert_allclose(result.no_team_per_class, plain.per_class, atol=1e-12)
    np.testing.assert_allclose(result.no_team_map, plain.a_map, atol=1e-12)
    np.testing.assert_allclose(result.no_team_visible, plain.visible, atol=1e-12)


def test_the_wrong_side_finds_the_action() -> None:
    label, spot = Label(1, 1000, "PASS", "left"), Spot(2, 1000, "PASS", "right", 0.9)
    found = official_team_ball({"game": ([label], [spot])}, TWO)["at1"]
    assert found.no_team_per_class == (1.0, 0.0)
    assert found.to_json()["mAP_no_team"] == 0.5
