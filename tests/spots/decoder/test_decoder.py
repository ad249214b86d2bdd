import random
from pathlib import Path

import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Label
from touchline.models import find_card
from touchline.replies import Detection, Outcome, Reading, TimeSource
from touchline.runs import ModelPlan
from touchline.runs.merging.fitted import merging_of
from touchline.scores import study_calibration
from touchline.spots import MergeSettings, Spot, merge_readings
from touchline.spots.decoder.decoder import Decoder, decode, fit_decoder, fit_decoders
from touchline.spots.decoder.decoder_file import decoder_for, read_decoders, write_decoders
from touchline.spots.decoder.event_signals import (
    combine_signals,
    signals_of_readings,
    signals_of_spots,
)
from touchline.video import FrameSpec, Window

WINDOWS = 600


def made_up_game(seed: int, game: str) -> tuple[list[Reading], list[Label]]:
    """A model with habits: it cries Goal 4 s after a goal, and Foul at random all the time."""
    dice = random.Random(seed)
    goals = sorted(dice.sample(range(20_000, 2 * WINDOWS * 1000 - 20_000, 30_000), 12))
    labels = [Label(1, time, "Goal", "home") for time in goals]
    readings = []
    for index in range(WINDOWS):
        at = Window(game, 1, index, WINDOWS, index * 2000, index * 2000 + 3000, ())
        said = ["Goal"] if any(0 <= at.centre_ms - 4000 - time < 2000 for time in goals) else []
        said += ["Foul"] if dice.random() < 0.4 else []
        detections = tuple(
            Detection(name, name, at.centre_ms, TimeSource.CENTRE, "home", 0.9) for name in said
        )
        outcome = Outcome.EVENTS if said else Outcome.NOTHING
        readings.append(Reading(at, outcome, detections))
    return readings, labels


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    games = {f"game {seed}": made_up_game(seed, f"game {seed}") for seed in range(3)}
    return fit_decoder(
        {game: (signals_of_readings(found), labels) for game, (found, labels) in games.items()},
        SOCCERNET_V2,
    )


def test_habits_are_learned_and_undone_on_another_game(decoder: Decoder) -> None:
    readings, labels = made_up_game(99, "another")
    spots = decode(signals_of_readings(readings), decoder)
    best = sorted(spots, key=lambda spot: -spot.confidence)[: len(labels)]
    assert {spot.label for spot in best} == {"Goal"}
    for label in labels:
        nearest = min(best, key=lambda spot: abs(spot.position_ms - label.position_ms))
        assert abs(nearest.position_ms - label.position_ms) <= 1500
        assert nearest.team == "home"


def test_a_class_without_labels_is_never_claimed(decoder: Decoder) -> None:
    readings, _ = made_up_game(99, "another")
    assert {spot.label for spot in decode(signals_of_readings(readings), decoder)} == {"Goal"}


def test_a_confidence_is_the_share_that_is_right_on_games_that_were_not_fitted(
    decoder: Decoder,
) -> None:
    games = {}
    for seed in range(50, 60):
        readings, labels = made_up_game(seed, f"game {seed}")
        games[f"game {seed}"] = (labels, decode(signals_of_readings(readings), decoder))
    calibration = study_calibration(games).raw
    assert calibration.mean_confidence == pytest.approx(calibration.precision, abs=0.1)
    assert calibration.d_ece is not None and calibration.d_ece < 0.2


def test_decoders_survive_their_file(decoder: Decoder, tmp_path: Path) -> None:
    file = tmp_path / "decoders.json"
    write_decoders(file, [decoder])
    readings, _ = made_up_game(99, "another")
    settings = MergeSettings(method="decoder", decoder=str(file))
    spots = merge_readings(readings, settings)
    assert spots == decode(signals_of_readings(readings), decoder)


def test_a_decoder_is_applied_to_the_model_that_it_was_fitted_on(
    decoder: Decoder, tmp_path: Path
) -> None:
    named, nameless = tmp_path / "named.json", tmp_path / "nameless.json"
    write_decoders(named, [decoder], model="demo")
    write_decoders(nameless, [decoder])

    def uses_it(model: str, file: Path) -> bool:
        card = find_card("baseline/prior" if model == "baseline/prior" else "demo")
        entry = ModelPlan(card=card.facts() | {"name": model}, recipe=FrameSpec())
        settings = MergeSettings(method="decoder", decoder=str(file))
        return merging_of(entry, settings).method == "decoder"

    names = ("demo", "demo+blank", "another", "another+blank", "baseline/prior")
    assert [uses_it(name, named) for name in names] == [True, True, False, False, False]
    assert [uses_it(name, nameless) for name in names] == [True, True, True, True, False]


def test_a_decoder_is_not_judged_on_its_own_games(decoder: Decoder, tmp_path: Path) -> None:
    file = tmp_path / "decoders.json"
    write_decoders(file, [decoder])
    readings, _ = made_up_game(0, "game 0")
    with pytest.raises(UserError, match="was fitted on game 0"):
        merge_readings(readings, MergeSettings(method="decoder", decoder=str(file)))


def test_of_several_decoders_the_best_taught_unseen_one_is_taken(decoder: Decoder) -> None:
    readings, labels = made_up_game(7, "lone")
    small = fit_decoder({"lone": (signals_of_readings(readings), labels)}, SOCCERNET_V2)
    assert decoder_for("game 0", [decoder, small]) is small
    assert decoder_for("another", [small, decoder]) is decoder


def test_no_labels_and_no_file_are_one_sentence(tmp_path: Path) -> None:
    readings, _ = made_up_game(7, "lone")
    with pytest.raises(UserError, match="nothing to fit on"):
        fit_decoder({"lone": (signals_of_readings(readings), [])}, SOCCERNET_V2)
    with pytest.raises(UserError, match="is not a file of decoders"):
        read_decoders(str(tmp_path / "none.json"))
    with pytest.raises(UserError, match=r"needs merging\.decoder"):
        merge_readings(readings, MergeSettings(method="decoder"))


def test_marks_of_several_models_stand_side_by_side() -> None:
    first = signals_of_spots([Spot(1, 5_000, "Goal", "home", 0.5)], "a")
    second = signals_of_spots([Spot(1, 9_000, "Goal", None, 0.7), Spot(2, 0, "Foul", None, 1)], "b")
    one, two = combine_signals([first, second])
    assert set(one.signals) == {"a/Goal", "b/Goal"}
    assert (one.half, one.length_ms, two.half) == (1, 9_001, 2)
    assert one.teams[0].tolist() == [5_000]


def test_decoders_that_leave_games_out_are_those_of_the_other_games() -> None:
    games = {f"game {seed}": made_up_game(seed, f"game {seed}") for seed in range(4)}
    signals = {
        game: (signals_of_readings(found), labels) for game, (found, labels) in games.items()
    }
    parts = [(), *([game] for game in games)]
    every, *of_folds = fit_decoders(signals, SOCCERNET_V2, parts)
    assert every.games == tuple(games)
    for (left_out, *_), decoder in zip(parts[1:], of_folds, strict=True):
        others = {game: one for game, one in signals.items() if game != left_out}
        assert decoder.games == tuple(others)
        alone = decode(signals[left_out][0], fit_decoder(others, SOCCERNET_V2))
        together = decode(signals[left_out][0], decoder)
        sure = [spot for spot in alone if spot.confidence > 0.1]
        assert len(sure) > 5
        for spot in sure:
            near = [
                one.confidence
                for one in together
                if one.label == spot.label and abs(one.position_ms - spot.position_ms) <= 1000
            ]
            assert near == [pytest.approx(spot.confidence, abs=0.02)]
