"""A spotter learns flashes of light from two short games and finds those of a third."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.support.spotters import tiny_config
from tests.support.videos import soccernet_folder, write_flashes
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Label
from touchline.models import find_card
from touchline.progress import NamedProgress
from touchline.runs import parse_bench
from touchline.spots.spots_file import read_spot_files
from touchline.train import HybridSettings, train_hybrid
from touchline.train.hybrid.labelled_views import targets

FLASHES = {"a - b": (4000, 13_000), "c - d": (7000, 16_000), "e - f": (5500, 12_200)}
HELD_OUT = "league/2025-2026/e - f"
SETTINGS = {
    "fps": 5,
    "height": 32,
    "window": 10,
    "stride": 5,
    "clip": 6,
    "clips": 4,
    "steps": 80,
    "learning_rate": 0.01,
    "channels": [4, 4, 8],
    "features": 16,
    "width": 16,
    "layers": 1,
    "dropout": 0,
    "reach": 0.8,
}


@pytest.fixture(scope="module")
def matches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("flashes")
    for name, at in FLASHES.items():
        game = f"league/2025-2026/{name}"
        labels = [(half, time_ms + 200, "Goal") for half in (1, 2) for time_ms in at]
        soccernet_folder(root / "data", game, labels=labels)
        for half in (1, 2):
            write_flashes(root / "data" / game / f"{half}_224p.mkv", at, 20_000)
    return root


def train(
    matches: Path,
    out: Path,
    hold_out: tuple[str, ...] = (HELD_OUT,),
    progress: NamedProgress = lambda *_: None,
    **changed: object,
):
    text = json.dumps({"data": {"root": "data"}, "models": ["baseline/random"]})
    settings = HybridSettings.model_validate(SETTINGS | changed)
    bench = parse_bench(text, "b", matches)
    return train_hybrid(bench, out, settings, progress, hold_out=hold_out)


def test_it_finds_what_it_learned_in_a_game_that_it_has_not_seen(
    matches: Path, tmp_path: Path
) -> None:
    out = tmp_path / "spotter"
    done = train(matches, out)
    record = json.loads((out / "training.json").read_text())
    assert record["learned_games"] == ["league/2025-2026/a - b", "league/2025-2026/c - d"]
    assert record["held_out_games"] == list(done.held_out) == [HELD_OUT]
    assert record["last_loss"] < 0.3 * record["losses"][0][0]
    assert done.tight == record["held_out_average_map"]["tight"]
    assert done.tight == pytest.approx(1 / len(SOCCERNET_V2.classes), rel=0.1)  # one class occurs
    assert find_card(str(done.card)).name == "spotter"
    spots = read_spot_files(out / "evaluation/spots/spotter")[HELD_OUT]
    surest = sorted(spots, key=lambda spot: -spot.confidence)[:4]
    found = sorted((spot.half, spot.position_ms) for spot in surest)
    expected = [(half, at + 200) for half in (1, 2) for at in FLASHES["e - f"]]
    assert [half for half, _ in found] == [half for half, _ in expected]
    assert [at for _, at in found] == pytest.approx([at for _, at in expected], abs=400)


def test_the_same_seed_trains_the_same_weights(matches: Path, tmp_path: Path) -> None:
    short = {"steps": 2, "clips": 2}
    weights = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        train(matches, tmp_path / name, (), seed=seed, held_out=0, **short)
        weights.append((tmp_path / name / "checkpoint/model.safetensors").read_bytes())
    assert weights[0] == weights[1]
    assert weights[0] != weights[2]


def test_the_vision_tower_of_a_model_can_make_the_features(matches: Path, tmp_path: Path) -> None:
    out = tmp_path / "seeing"
    done = train(matches, out, steps=2, clips=2, fps=1, tower="builtin:demo", views=3, members=2)
    card = find_card(str(done.card))
    assert card.tower == "builtin:demo"
    config = json.loads((out / "checkpoint/config.json").read_text())
    assert config["tower"] == card.tower_fingerprint()
    assert config["features"] == 1024
    assert config["members"] == 2
    first, second = json.loads((out / "training.json").read_text())["losses"]
    assert first != second
    assert done.loose is not None


@pytest.mark.parametrize(
    ("changed", "hold_out", "says"),
    [
        ({"clip": 30}, (), "is shorter than the clips that are learned from: set clip to less"),
        ({}, ("no such game",), "cannot be held out"),
        ({}, tuple(f"league/2025-2026/{name}" for name in FLASHES), "hold out fewer games"),
        ({"channels": [3, 4, 4]}, (), "--set: entry 1 of channels is 3"),
        ({"members": 2}, (), "members above 1 need a tower"),
        ({"tower": "no/such-checkpoint"}, (), "models pull"),
    ],
)
def test_what_cannot_be_trained_is_a_sentence(
    matches: Path,
    tmp_path: Path,
    changed: dict[str, object],
    hold_out: tuple[str, ...],
    says: str,
) -> None:
    with pytest.raises(UserError, match=says):
        train(matches, tmp_path / "out", hold_out, **changed)
    assert not list((tmp_path / "out").glob("*"))


def test_a_training_that_was_stopped_goes_on_with_the_same_losses(
    matches: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("touchline.train.hybrid.fit.STATE_EVERY", 2)
    short = {"steps": 5, "clips": 1, "held_out": 0, "dropout": 0.3}

    def stop(what: str, done: int, _: int) -> None:
        if what == "training" and done == 3:
            raise KeyboardInterrupt

    train(matches, tmp_path / "whole", (), **short)
    with pytest.raises(KeyboardInterrupt):
        train(matches, tmp_path / "parts", (), stop, **short)
    state = tmp_path / "parts/training_state/member-1.pt"
    assert len(torch.load(state, weights_only=True)["losses"]) == 2
    with pytest.raises(UserError, match="is of a training with other settings: give this"):
        train(matches, tmp_path / "parts", (), **short | {"steps": 6})
    train(matches, tmp_path / "parts", (), **short)
    assert not state.parent.exists()
    whole, parts = (
        json.loads((tmp_path / name / "training.json").read_text()) for name in ("whole", "parts")
    )
    assert whole["losses"] == parts["losses"]
    weights = "checkpoint/model.safetensors"
    assert (tmp_path / "whole" / weights).read_bytes() == (
        tmp_path / "parts" / weights
    ).read_bytes()


def test_a_damaged_state_is_a_sentence(matches: Path, tmp_path: Path) -> None:
    (tmp_path / "training_state").mkdir()
    (tmp_path / "training_state/member-1.pt").write_bytes(b"PK\3\4")
    with pytest.raises(UserError, match="is damaged: delete it, and the training begins again"):
        train(matches, tmp_path, (), steps=1, clips=1, held_out=0)


def test_a_folder_with_a_training_is_not_overwritten(matches: Path, tmp_path: Path) -> None:
    train(matches, tmp_path / "out", (), steps=1, clips=1, held_out=0)
    with pytest.raises(UserError, match="holds a training already"):
        train(matches, tmp_path / "out", (), steps=1)


def test_a_place_that_cannot_be_written_is_said_before_the_training(
    matches: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError, match="out cannot be"):
        train(matches, tmp_path / "out", (), steps=10**6, clips=1, held_out=0)
    assert (tmp_path / "out").read_text() == "mine"


def test_targets_point_to_the_nearest_event_of_each_class() -> None:
    config = tiny_config(reach=1.0)
    labels = [Label(1, 2000, "Goal"), Label(1, 3000, "Goal"), Label(1, 9000, "Foul")]
    near, shift_s = targets(np.array([0, 2000, 2600, 20_000]), labels, config)
    assert near[:, 0].tolist() == pytest.approx([0.0039, 1, 0.8007, 0], abs=1e-3)
    assert shift_s[:, 0].tolist() == pytest.approx([2, 0, 0.4, 0])
    assert not near[:, 1].any()
    assert not shift_s[:, 1].any()
