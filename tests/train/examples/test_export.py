"""Examples out of three small games, read back as a trainer would."""

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.support.videos import soccernet_folder
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.replies import parse_reply
from touchline.runs import parse_bench
from touchline.train import ExampleSettings, export_examples
from touchline.video import Window

BENCH = (
    "data: {root: data}\nmodels: [{name: m, engine: transformers, checkpoint: someone/tiny}]\n"
    "sampling: {fps: 5, window: 1, stride: 1}\n"
)
GAMES = [f"league/2025-2026/{one}" for one in ("a - b", "c - d", "e - f")]


@pytest.fixture
def games(tmp_path: Path) -> Path:
    for game in GAMES:
        soccernet_folder(tmp_path / "data", game, labels=[(1, 1200, "Goal"), (2, 3100, "Foul")])
    (tmp_path / "bench.yaml").write_text(BENCH)
    return tmp_path


def export(folder: Path, out: str = "examples", **settings: object) -> Path:
    bench = parse_bench(BENCH, "b", folder)
    chosen = ExampleSettings(near_s=1, **settings)  # type: ignore[arg-type]
    export_examples(bench, folder / out, chosen, lambda *_: None, cache=folder / "cache")
    return folder / out


def rows(folder: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def test_a_trainer_finds_questions_answers_and_frames(games: Path) -> None:
    folder = export(games)
    found = rows(folder, "train.jsonl")
    assert {row["kind"] for row in found} == {"events", "near", "nothing"}
    for row, tagged in zip(found, rows(folder, "train.llamafactory.jsonl"), strict=True):
        user, assistant = row["messages"]  # type: ignore[misc]
        answer = assistant["content"][0]["text"]
        window = Window(**{"index": 0, "total": 1, **row["window"]})  # type: ignore[arg-type]
        reading = parse_reply(answer, "stop", window, SOCCERNET_V2)
        assert [one.label for one in reading.detections] == (
            [{1: "Goal", 2: "Foul"}[window.half]] if row["kind"] == "events" else []
        )
        places = [part for part in user["content"] if part["type"] == "image"]
        assert len(places) == len(row["images"]) == 5  # type: ignore[arg-type]
        with Image.open(folder / row["images"][0]) as frame:  # type: ignore[index]
            assert frame.size == (64, 48)
        question, said = tagged["messages"]  # type: ignore[misc]
        assert question["content"].count("<image>") == 5
        assert (said["content"], tagged["images"]) == (answer, row["images"])
    info = json.loads((folder / "dataset_info.json").read_text())
    assert info["touchline_train"]["file_name"] == "train.llamafactory.jsonl"


def test_the_same_seed_makes_the_same_examples_and_no_game_is_on_both_sides(games: Path) -> None:
    first, second = export(games), export(games, "again")
    for name in ("train.jsonl", "held_out.jsonl", "data.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    of = {
        part: {row["window"]["game"] for row in rows(first, f"{part}.jsonl")}  # type: ignore[index]
        for part in ("train", "held_out")
    }
    assert (len(of["train"]), len(of["held_out"])) == (2, 1)
    assert not of["train"] & of["held_out"]


def test_a_folder_that_is_there_is_not_touched(games: Path) -> None:
    export(games)
    with pytest.raises(UserError, match="exists already"):
        export(games)


def test_shares_that_do_not_add_up_are_one_sentence(games: Path) -> None:
    words = ["train", "data", str(games / "bench.yaml"), "--out", str(games / "x"), "--near", "0.5"]
    done = CliRunner().invoke(app, words)
    assert "must add up to 1" in str(done.exception)
    assert not (games / "x").exists()


def test_a_game_is_held_out_by_name(games: Path) -> None:
    words = ["train", "data", str(games / "bench.yaml"), "-o", str(games / "x")]
    done = CliRunner().invoke(app, [*words, "--hold-out", GAMES[2]])
    assert done.exit_code == 0, done.exception
    assert f"held-out games: {GAMES[2]}" in done.output
    assert json.loads((games / "x" / "data.json").read_text())["held_out"] == [GAMES[2]]


def test_windows_of_events_that_are_not_shown_are_counted(games: Path) -> None:
    """In each game one window holds the Goal alone; the labels of two others are near it."""
    for file in (games / "data").rglob("Labels-v2.json"):
        values = json.loads(file.read_text())
        values["annotations"][0]["visibility"] = "not shown"
        file.write_text(json.dumps(values))
    words = ["train", "data", str(games / "bench.yaml"), "--out", str(games / "x")]
    done = CliRunner().invoke(app, words)
    said = "left out: 3 labels of events that are not shown, and 3 windows with no other event"
    assert said in done.stdout
    assert json.loads((games / "x/data.json").read_text())["unshown_windows_left_out"] == 3
