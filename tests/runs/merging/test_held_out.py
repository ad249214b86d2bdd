"""Games decoded by what was fitted on the others, and what that is without a game."""

import numpy as np
import pytest

from touchline.games import SOCCERNET_V2, Label
from touchline.runs.merging.held_out import MOST_REFITTED, decode_held_out, decode_refitted
from touchline.scores import count_by_game, intervals, leave_one_out, leave_one_out_refitted
from touchline.spots import EventSignals, Spot, signals_of_spots

HALF_MS = 400_000


def league(games: int) -> tuple[dict[str, list[EventSignals]], dict[str, list[Label]]]:
    """Goals that a model claims 4 s late, and claims of nothing."""
    generator = np.random.default_rng(games)
    signals, truth = {}, {}
    for number in range(games):
        times = np.sort(generator.choice(np.arange(10_000, HALF_MS, 20_000), 8, replace=False))
        claims = [Spot(1, int(time) + 4_000, "Goal", None, 0.8) for time in times[:-2]]
        claims += [
            Spot(1, int(time), "Goal", None, 0.3) for time in generator.uniform(0, HALF_MS, 6)
        ]
        signals[f"game {number}"] = signals_of_spots([*claims, Spot(1, HALF_MS, "Foul", None, 0.1)])
        truth[f"game {number}"] = [Label(1, int(time), "Goal") for time in times]
    return signals, truth


def test_spots_without_a_game_are_those_of_a_league_that_does_not_have_it() -> None:
    signals, truth = league(4)
    found = decode_refitted(signals, truth, SOCCERNET_V2)
    assert {out: set(spots) for out, spots in found.items()} == {
        out: set(signals) - {out} for out in signals
    }
    others = {game: one for game, one in signals.items() if game != "game 2"}
    expected, _ = decode_held_out(others, {game: truth[game] for game in others}, SOCCERNET_V2)
    sure = 0
    for game, spots in expected.items():
        for spot in spots:
            if spot.confidence > 0.2:
                (same,) = (
                    one
                    for one in found["game 2"][game]
                    if one.label == spot.label and abs(one.position_ms - spot.position_ms) < 200
                )
                assert same.confidence == pytest.approx(spot.confidence, abs=0.03)
                sure += 1
    assert sure > 5


def test_there_is_none_of_two_games_of_many_and_where_nothing_could_be_fitted() -> None:
    for games in (2, MOST_REFITTED + 1):
        assert decode_refitted(*league(games), SOCCERNET_V2) == {}
    signals, truth = league(3)
    truth |= {"game 0": [], "game 1": []}
    assert decode_refitted(signals, truth, SOCCERNET_V2) == {}


def test_intervals_of_spots_that_do_not_change_are_the_usual_ones() -> None:
    signals, truth = league(4)
    spots, _ = decode_held_out(signals, truth, SOCCERNET_V2)
    games = {game: (truth[game], spots[game]) for game in signals}
    usual = intervals(leave_one_out(count_by_game(games)))
    same = leave_one_out_refitted(games, dict.fromkeys(games, spots), SOCCERNET_V2, 5.0)
    for name, interval in intervals(same).items():
        assert interval.ends == pytest.approx(usual[name].ends)
    refitted = leave_one_out_refitted(
        games, decode_refitted(signals, truth, SOCCERNET_V2), SOCCERNET_V2, 5.0
    )
    found = intervals(refitted)
    assert found["f1"].value == usual["f1"].value
    assert any(found[name].ends != usual[name].ends for name in usual)
