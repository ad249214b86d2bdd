"""Teams of matched spots."""

import pytest

from touchline.games import Label
from touchline.scores import official_scores, team_scores
from touchline.spots.types import Spot

LABELS = [
    Label(1, 10_000, "Goal", "home"),
    Label(1, 60_000, "Goal", "away"),
    Label(1, 90_000, "Ball out of play", "not applicable"),
]


def spots(*teams: str | None) -> list[Spot]:
    return [
        Spot(1, label.position_ms, label.label, team, 0.9)
        for label, team in zip(LABELS, teams, strict=True)
    ]


def test_accuracy_among_matched_spots_that_name_a_team() -> None:
    scores = team_scores({"game": (LABELS, spots("home", "home", "home"))})
    assert (scores.overall.matched, scores.overall.named, scores.overall.right) == (2, 2, 1)
    assert scores.overall.accuracy == 0.5
    assert scores.overall.commonest == 0.5
    unnamed = team_scores({"game": (LABELS, spots(None, "away", None))}).overall
    assert (unnamed.named, unnamed.accuracy, unnamed.commonest) == (1, 1.0, 1.0)
    assert "Ball out of play" in scores.per_class


def test_right_teams_leave_the_average_map_as_it_is() -> None:
    games = {"game": (LABELS, spots("home", "away", None))}
    required = team_scores(games).team_average_map
    assert required["loose"] == official_scores(games).loose.a_map
    assert required["tight"] == official_scores(games).tight.a_map


def test_a_wrong_team_is_a_false_spot_and_a_missed_truth() -> None:
    games = {"game": (LABELS, spots("away", "home", "home"))}
    required = team_scores(games).team_average_map["loose"]
    assert required == pytest.approx(1 / 17)  # the ball out asks for no team
