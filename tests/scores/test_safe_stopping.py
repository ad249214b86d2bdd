"""Evidence that may be looked at after every game."""

import numpy as np
import pytest

from touchline.games import SOCCERNET_V2, Label
from touchline.scores import evidence, game_figures, official_scores
from touchline.spots import Spot


def test_evidence_grows_while_one_model_is_better_and_says_nothing_where_they_are_equal() -> None:
    grown = evidence([0.1] * 12)
    assert (np.diff(grown) > 0).all()
    assert grown[0] == pytest.approx(1)
    assert evidence([-0.1] * 12) == pytest.approx(grown)
    assert evidence([0.0] * 5) == pytest.approx(1)
    assert evidence([0.3, -0.3] * 20).max() < 5
    assert len(evidence([])) == 0


def test_evidence_of_all_signs_is_1_on_average_whatever_the_sizes_are() -> None:
    sizes = np.array([0.001, 0.5, 0.0, 0.2, 0.3, 0.03, 1.0, 0.1])
    signs = 1 - 2.0 * ((np.arange(2**8)[:, None] >> np.arange(8)) & 1)
    found = np.array([evidence(row * sizes) for row in signs])
    assert found.mean(axis=0) == pytest.approx(1)


def test_it_rarely_reaches_20_in_100_games_where_neither_is_better() -> None:
    generator = np.random.default_rng(1)
    draws = generator.normal(size=(1_000, 100)) * generator.exponential(size=(1_000, 100))
    reached = [evidence(row).max() >= 20 for row in draws]
    assert np.mean(reached) < 0.05
    assert np.mean([evidence(row + 0.8).max() >= 20 for row in draws]) > 0.95


def test_evidence_does_not_look_ahead_and_does_not_depend_on_the_scale() -> None:
    differences = np.random.default_rng(2).normal(size=30)
    whole = evidence(differences)
    assert evidence(differences[:11]) == pytest.approx(whole[:11])
    assert evidence(differences * 1e-6) == pytest.approx(whole)
    assert np.isfinite(evidence([1e-300] * 5000)).all()


def test_a_game_alone_is_judged_by_the_classes_that_occur_in_it() -> None:
    goal, corner = Label(1, 60_000, "Goal"), Label(1, 90_000, "Corner")
    spot = Spot(1, 61_000, "Goal", None, 0.5)
    games = {"a": ([goal, corner], [spot]), "b": ([goal], [spot]), "c": ([], [spot])}
    found = game_figures(games, "loose")
    assert found == {"a": 0.5, "b": 1.0, "c": 0.0}
    alone = official_scores({"b": games["b"]}, SOCCERNET_V2, ("loose",)).loose.a_map
    assert alone == pytest.approx(1 / 17)
