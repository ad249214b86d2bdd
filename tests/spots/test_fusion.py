import pytest
from pydantic import ValidationError

from touchline.errors import UserError
from touchline.spots import Spot
from touchline.spots.fusion import FuseSettings, comparable, fuse


def goal(at_ms: int, confidence: float = 0.8, team: str | None = "home", half: int = 1) -> Spot:
    return Spot(half, at_ms, "Goal", team, confidence)


def fused(*models: list[Spot], **more: object) -> list[Spot]:
    settings = FuseSettings(comparable=False, **more)  # type: ignore[arg-type]
    return fuse([{"game": spots} for spots in models], settings)["game"]


def test_times_are_fused_by_confidence() -> None:
    (spot,) = fused([goal(10_000, 0.9)], [goal(14_000, 0.3)])
    assert spot.position_ms == 11_000
    assert spot.confidence == pytest.approx(0.6)


def test_an_event_that_one_model_misses_is_half_as_sure() -> None:
    both, lone = fused([goal(10_000), goal(90_000)], [goal(10_000)])
    assert lone.confidence == pytest.approx(both.confidence / 2)


def test_a_majority_is_more_than_half() -> None:
    models = [goal(10_000)], [goal(11_000), goal(90_000)], [goal(90_500), goal(10_500)], []
    assert [spot.position_ms for spot in fused(*models, method="majority")] == [10_500]


def test_weighted_votes_count_models_not_their_words() -> None:
    models = [goal(10_000, 0.1)], [goal(90_000, 0.9)]
    first, second = fused(*models, method="weighted", weights=(3.0, 1.0))
    assert (first.confidence, second.confidence) == (0.75, 0.25)


def test_two_spots_of_one_model_are_two_events() -> None:
    assert len(fused([goal(10_000), goal(12_000)], [goal(11_000)])) == 2


def test_classes_halves_and_distant_spots_stay_apart() -> None:
    others = [Spot(1, 10_000, "Foul", None, 0.5), goal(10_000, half=2), goal(25_000)]
    assert len(fused([goal(10_000)], others)) == 4


def test_the_heavier_team_wins_and_a_draw_is_open() -> None:
    assert fused([goal(1, team="home")], [goal(1, team="away")])[0].team is None
    models = [goal(1, team="home")], [goal(1, team="away")]
    assert fused(*models, weights=(1.0, 2.0))[0].team == "away"


def test_a_model_of_no_weight_says_nothing() -> None:
    assert fused([goal(10_000)], [goal(90_000)], weights=(1.0, 0.0)) == [goal(10_000)]


def test_ranks_make_models_comparable() -> None:
    timid = {"a": [goal(1, 0.01), goal(50_000, 0.02)], "b": [goal(1, 0.03)]}
    bold = {"a": [goal(1, 0.97), goal(50_000, 0.98)], "b": [goal(1, 0.99)]}
    assert comparable(timid) == comparable(bold)
    sure = [spot.confidence for spots in comparable(bold).values() for spot in spots]
    assert sure[2] == 1.0
    assert sure[0] < sure[1] < sure[2]


def test_a_game_that_one_model_lacks_is_fused_all_the_same() -> None:
    games = fuse([{"a": [goal(1)]}, {"b": [goal(2)]}])
    assert {game: len(spots) for game, spots in games.items()} == {"a": 1, "b": 1}


@pytest.mark.parametrize("weights", [(1.0,), (0.0, 0.0), (1.0, -1.0)])
def test_weights_that_do_not_fit_are_one_sentence(weights: tuple[float, ...]) -> None:
    with pytest.raises(UserError, match="2 models need 2 weights"):
        fused([goal(1)], [goal(1)], weights=weights)


def test_an_unknown_method_is_one_sentence() -> None:
    with pytest.raises(ValidationError, match="must be one of majority, weighted, events, stack"):
        fused([goal(1)], method="mean")
