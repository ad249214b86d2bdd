"""Training from one end to the other, on a match of a few seconds and for two steps."""

import json
import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.support.videos import soccernet_folder, write_video
from touchline.cli.main import app, main
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, find_task, read_games
from touchline.models import Generation, Reply, Request, load_engine
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.class_priors import ClassPriors
from touchline.prompts import build_messages, load_template
from touchline.train import train_demo
from touchline.train.data_hash import data_sha256
from touchline.train.demo_model.training_settings import (
    DEMO_MATCH,
    FRAME_SPEC,
    VALIDATION_MATCHES,
    Schedule,
    Sizes,
)
from touchline.video import cut_windows, open_frame_store

SIZES = Sizes(image_pixels=32, patch_pixels=8, vision_width=64, vision_layers=1, text_width=64)
SCHEDULE = Schedule(
    vision_steps=2, vision_clips=2, clip_frames=4, views=2, text_steps=2, text_windows=2
)
TIMES_MS = list(range(0, 10_000, 100))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Root of the tiny matches, and the folder of the model that was trained on them."""
    root = tmp_path_factory.mktemp("matches")
    for name in ("a", DEMO_MATCH, VALIDATION_MATCHES[0]):
        labels = [(1, 1000, "Goal"), (2, 2000, "Corner")]
        soccernet_folder(root, f"grf_league/2025-2026/{name}", labels)
        for half in (1, 2):
            write_video(root / "grf_league/2025-2026" / name / f"{half}_224p.mkv", TIMES_MS)
    out = tmp_path_factory.mktemp("model") / "tiny"
    return root, train_demo(root, out, SIZES, SCHEDULE, root / "cache")


def test_the_folder_loads_through_the_generic_engine_and_answers(
    trained: tuple[Path, Path],
) -> None:
    root, out = trained
    half = read_games(root, SOCCERNET_V2)[0].halves[0]
    window = cut_windows(half, FRAME_SPEC)[0]
    store = open_frame_store(half, FRAME_SPEC)
    request = Request(
        key="one",
        window=window,
        messages=build_messages(window, load_template("base.v1", SOCCERNET_V2)),
        read_frames=lambda: store.jpegs(window.frame_times_ms),
        generation=Generation(max_new_tokens=4),
    )
    card = TransformersCard(
        name="tiny", engine="transformers", checkpoint=str(out), precision="float32"
    )
    (reply,) = load_engine(card, ClassPriors({}, 2000)).replies([request])
    assert isinstance(reply, Reply)
    assert (reply.prompt_tokens or 0) > len(window.frame_times_ms)


def test_only_the_checkpoint_is_saved_without_the_classifiers(trained: tuple[Path, Path]) -> None:
    from safetensors import safe_open

    _, out = trained
    with safe_open(out / "model.safetensors", "pt") as weights:
        names = list(weights.keys())
        kinds = {weights.get_tensor(name).dtype for name in names}
    assert all(name.startswith(("model.", "lm_head.")) for name in names)
    assert kinds == {torch.float16}


def test_the_record_says_what_was_used(trained: tuple[Path, Path]) -> None:
    record = json.loads((trained[1] / "training.json").read_text())
    assert [name.rsplit("/", 1)[-1] for name in record["training_games"]] == ["a"]
    assert [name.rsplit("/", 1)[-1] for name in record["validation_games"]] == [*VALIDATION_MATCHES]
    assert record["schedule"]["seed"] == SCHEDULE.seed
    assert record["validation"]["events"] == 2
    assert record["versions"]["torch"] == torch.__version__


def test_the_record_has_a_hash_of_the_data(trained: tuple[Path, Path]) -> None:
    root, out = trained
    record = json.loads((out / "training.json").read_text())
    games = {game.id: game for game in read_games(root, SOCCERNET_V2)}
    used = [*record["training_games"], *record["validation_games"]]
    assert record["data_sha256"] == {game: data_sha256(games[game]) for game in used}
    game = games[used[0]]
    other = replace(game, labels=game.labels[1:])
    assert data_sha256(other) != data_sha256(game) == data_sha256(replace(game, id="moved"))


def test_another_task_is_learned_from_its_own_file_of_labels(tmp_path: Path) -> None:
    facts = {
        "name": "curling", "classes": ["Stone", "Sweep"], "fps": 25, "teams": [], "periods": 1,
        "label_file": "Labels-curling.json", "bench": {"prompt": "dense.v1"},
    }  # fmt: skip
    file = tmp_path / "curling.yaml"
    file.write_text(json.dumps(facts))
    folder = soccernet_folder(tmp_path / "rinks", halves=(1,)) / "league/2025-2026/a - b"
    (folder / "Labels-v2.json").unlink()
    event = {
        "gameTime": "1 - 00:01",
        "position": "1500",
        "label": "Stone",
        "team": "not applicable",
        "visibility": "",
    }
    (folder / "Labels-curling.json").write_text(json.dumps({"annotations": [event]}))
    write_video(folder / "1_224p.mkv", TIMES_MS)
    task = find_task(str(file))
    out = train_demo(
        tmp_path / "rinks", tmp_path / "model", SIZES, SCHEDULE, tmp_path / "cache", task
    )
    record = json.loads((out / "training.json").read_text())
    assert record["task"]["name"] == "curling" and record["prompt"] == "dense.v1"
    assert '"team"' not in (out / "tokenizer.json").read_text()
    other = replace(task, label_file="Labels-other.json")
    with pytest.raises(UserError, match=r"has no Labels-other\.json"):
        train_demo(tmp_path / "rinks", tmp_path / "other", SIZES, SCHEDULE, task=other)
    shallow = SIZES.model_copy(update={"text_layers": 1})
    with pytest.raises(UserError, match="text_layers is 1: training needs 2"):
        train_demo(tmp_path / "rinks", tmp_path / "other", shallow, SCHEDULE, task=task)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--task", "curlin.yaml"), "task curlin.yaml cannot be read: no such file"),
        (("--task", "ballet"), "unknown task 'ballet'"),
        (("--set", "vision_steps=0"), "--set: vision_steps is 0: expected at least 1"),
        (("--set", "text_rate=nan"), "--set: text_rate is 'nan': expected a finite number"),
        (("--set", "steps=5"), "--set: steps is not known; the nearest is 'text_steps'"),
        (("--set", "image_pixels=100"), "multiple of patch_pixels * patches_a_token"),
        (("--set", "views"), "--set views: expected NAME=VALUE"),
        (("--set", "views=[1"), "--set views=[1: line 2: did not find"),
    ],
)
def test_mistakes_are_told_before_anything_is_read(
    tmp_path: Path, arguments: tuple[str, str], sentence: str
) -> None:
    place = ("--matches", str(tmp_path / "none"), "--out", str(tmp_path / "out"))
    done = CliRunner().invoke(app, ["train", "demo", *place, *arguments])
    assert isinstance(done.exception, UserError), done.output
    assert sentence in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_a_half_that_is_too_short_is_named(tmp_path: Path) -> None:
    soccernet_folder(tmp_path, labels=[(1, 1000, "Goal")])
    with pytest.raises(UserError, match=r"half 1 .* too short"):
        train_demo(tmp_path, tmp_path / "out", SIZES, SCHEDULE)


def test_each_line_of_the_log_is_printed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the command does it, without the handlers of pytest."""
    game = "league/2025-2026/a - b"
    soccernet_folder(tmp_path, game, labels=[(1, 1000, "Goal")])
    place = ["--matches", str(tmp_path), "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["touchline", "train", "demo", *place])
    for logger in (logging.getLogger(), logging.getLogger("touchline")):
        monkeypatch.setattr(logger, "handlers", [])
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr().err
    assert said.count(f"reading {game}") == 1
    assert "is too short to train on" in said
