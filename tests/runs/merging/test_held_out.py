"""Games decoded by what was fitted on the others, and what that is without a game."""

import numpy as np
import pytest

from touchline.games import SOCCERNET_V2, Label
from touchline.runs.merging.held_out import Refitted, decode_held_out, decode_refitted
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


def refitted(games: int) -> Refitted:
    signals, truth = league(games)
    return decode_refitted(signals, truth, decode_held_out(signals, truth, SOCCERNET_V2)[1])


def test_spots_without_a_game_are_nearly_those_of_a_league_that_does_not_have_it() -> None:
    signals, truth = league(6)
    found = refitted(6)
    assert {out: set(spots) for out, spots in found.items()} == {
        (out,): set(signals) - {out} for out in signals
    }
    others = {game: one for game, one in signals.items() if game != "game 2"}
    expected, _ = decode_held_out(others, {game: truth[game] for game in others}, SOCCERNET_V2)
    kept, _ = decode_held_out(signals, truth, SOCCERNET_V2)
    error, change = [], []
    for game, spots in expected.items():
        for spot in spots:
            if spot.confidence > 0.2:
                (same,) = (one for one in found["game 2",][game] if is_same(one, spot))
                error.append(abs(same.confidence - spot.confidence))
                change += [
                    abs(one.confidence - spot.confidence)
                    for one in kept[game]
                    if is_same(one, spot)
                ]
    assert len(error) > 10
    assert max(error) < 0.05
    # The decoders that are kept are further from those of the smaller league.
    assert np.mean(error) < np.mean(change) / 2


def test_a_class_that_only_two_games_have_is_not_found_without_both() -> None:
    signals, truth = league(5)
    for game in ("game 0", "game 1"):
        corners = [label._replace(label="Corner") for label in truth[game][:6]]
        truth[game] = corners + truth[game][6:]
    decoders = decode_held_out(signals, truth, SOCCERNET_V2)[1]
    found = decode_refitted(signals, truth, decoders)

    def corners(out: str, game: str) -> int:
        return sum(spot.label == "Corner" for spot in found[out,][game])

    # Fitted without either, as a real fit would be: one game with corners is left to learn from.
    assert corners("game 2", "game 0") > 0
    assert corners("game 0", "game 1") == corners("game 1", "game 0") == 0


def is_same(one: Spot, other: Spot) -> bool:
    return one.label == other.label and abs(one.position_ms - other.position_ms) < 200


def test_of_many_games_groups_are_left_out() -> None:
    signals, _ = league(13)
    found = refitted(13)
    assert sorted(game for out in found for game in out) == sorted(signals)
    assert sorted(map(len, found)) == [1] * 7 + [2] * 3
    assert all(set(spots) == set(signals) - set(out) for out, spots in found.items())


def test_there_is_none_of_two_games_of_other_games_and_where_two_have_all_labels() -> None:
    assert refitted(2) == {}
    signals, truth = league(4)
    decoders = decode_held_out(signals, truth, SOCCERNET_V2)[1]
    assert decode_refitted(signals, truth, decoders) != {}
    fewer = {game: signals[game] for game in list(signals)[1:]}
    assert decode_refitted(fewer, truth, decoders) == {}
    more = signals | {"another": signals["game 0"]}
    assert decode_refitted(more, truth, decoders) == {}
    assert decode_refitted(signals, truth, [*decoders, decoders[1]]) == {}
    unlabelled = truth | {"game 0": [], "game 1": []}
    assert decode_refitted(signals, unlabelled, decoders) == {}


def test_an_unlikely_spot_is_left_out_as_where_nothing_is_left_out() -> None:
    signals, truth = league(4)
    decoders = decode_held_out(signals, truth, SOCCERNET_V2)[1]
    sure = decode_refitted(signals, truth, decoders, min_confidence=0.2)
    spots = [spot for of_game in sure.values() for one in of_game.values() for spot in one]
    assert spots
    assert min(spot.confidence for spot in spots) >= 0.2


def test_intervals_of_spots_that_do_not_change_are_the_usual_ones() -> None:
    signals, truth = league(4)
    spots, _ = decode_held_out(signals, truth, SOCCERNET_V2)
    games = {game: (truth[game], spots[game]) for game in signals}
    usual = intervals(leave_one_out(count_by_game(games)))
    same = leave_one_out_refitted(games, {(game,): spots for game in games}, SOCCERNET_V2, 5.0)
    for name, interval in intervals(same).items():
        assert interval.ends == pytest.approx(usual[name].ends)
    found = intervals(leave_one_out_refitted(games, refitted(4), SOCCERNET_V2, 5.0))
    assert found["f1"].value == usual["f1"].value
    assert any(found[name].ends != usual[name].ends for name in usual)


def test_groups_are_the_units_of_an_interval() -> None:
    signals, truth = league(12)
    spots, _ = decode_held_out(signals, truth, SOCCERNET_V2)
    games = {game: (truth[game], spots[game]) for game in signals}
    pairs = [tuple(sorted(signals)[i : i + 2]) for i in range(0, 12, 2)]
    of_pairs = leave_one_out_refitted(games, dict.fromkeys(pairs, spots), SOCCERNET_V2, 5.0)
    assert len(of_pairs.games) == 6
    assert of_pairs.games_with_truth.max() == 6
    assert of_pairs.figures == leave_one_out(count_by_game(games)).figures
    # By hand: F1 of the other ten games, for each pair.
    without = [
        leave_one_out(
            count_by_game({game: one for game, one in games.items() if game not in pair})
        ).figures["f1"]
        for pair in pairs
    ]
    assert of_pairs.without["f1"] == pytest.approx(without)
