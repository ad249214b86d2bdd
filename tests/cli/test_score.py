"""`touchline score`, as a user calls it."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

GAME = "league/2014-2015/2015-02-21 - 18-00 Home 2 - 0 Away"
OTHER = "league/2014-2015/2015-02-28 - 18-00 Home 0 - 0 Away"
LABELS = [
    {"gameTime": "1 - 10:00", "label": "Goal", "position": "600000", "team": "home"},
    {"gameTime": "2 - 20:00", "label": "Foul", "position": "1200000", "team": "away"},
]
SPOTS = [
    {"label": "Goal", "position": "600400", "half": "1", "confidence": "0.9", "team": "home"},
    {"label": "Goal", "position": "900000", "half": "1", "confidence": "1.3"},
    {"label": "Foul", "position": "1201000", "half": "2", "confidence": "0.8", "team": "home"},
]


def score(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "touchline", "score", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "120"},
        check=False,
    )


def write(root: Path, file: str, key: str, entries: list[Any], game: str = GAME) -> Path:
    folder = root / game
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(json.dumps({key: entries}))
    return root


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    root = tmp_path / "labels"
    write(root, "Labels-v2.json", "annotations", [], OTHER)
    return write(root, "Labels-v2.json", "annotations", LABELS)


@pytest.fixture
def spots(tmp_path: Path) -> Path:
    root = tmp_path / "spots"
    write(root, "results_spotting.json", "predictions", [], OTHER)
    return write(root, "results_spotting.json", "predictions", SPOTS)


OFFICIAL = {
    "a_mAP",
    "a_mAP_per_class",
    "a_mAP_visible",
    "a_mAP_per_class_visible",
    "a_mAP_unshown",
    "a_mAP_per_class_unshown",
}


def test_json_has_the_official_outputs_by_their_names(labels: Path, spots: Path) -> None:
    done = score("--labels", labels, "--predictions", spots, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    for metric in ("loose", "tight", "at1", "at2", "at3", "at4", "at5"):
        assert set(result[metric]) == OFFICIAL
    # The sure false goal halves the goal's precision; the foul is found.
    assert result["loose"]["a_mAP"] == pytest.approx(1.5 / 17)
    assert result["beyond"] is None
    assert "1 spot with confidence above 1 accepted (up to 1.3)" in done.stderr


def test_everything_beyond(labels: Path, spots: Path) -> None:
    done = score("--labels", labels, "--predictions", spots, "--json", "--beyond")
    beyond = json.loads(done.stdout)["beyond"]
    assert beyond["team"]["overall"]["accuracy"] == 0.5
    assert beyond["hallucination"]["impossible"][0]["beyond"] == 0
    assert beyond["timing"]["overall"]["bias_ms"] == 700
    assert {kind["kind"] for kind in beyond["errors"]["kinds"]} >= {"background", "missed"}
    assert beyond["interval_sentence"].startswith("2 games: too few games for an interval")
    assert beyond["interval_sentence"] in done.stderr
    assert beyond["intervals"]["loose"]["low"] is None


def test_several_sets_are_scored_side_by_side(labels: Path, spots: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, "results_spotting.json", "predictions", SPOTS[:1])
    both = ("--labels", labels, "--predictions", spots, "--predictions", other, "--lenient")
    done = score(*both, "--json")
    assert done.returncode == 0, done.stderr
    sets = json.loads(done.stdout)["sets"]
    assert list(sets) == [spots.name, "other"]
    alone = score("--labels", labels, "--predictions", spots, "--json")
    assert sets[spots.name]["loose"] == json.loads(alone.stdout)["loose"]
    assert sets["other"]["loose"] != sets[spots.name]["loose"]
    text = score(*both, "--md").stdout
    assert f"| metric | {spots.name} | other |" in text
    assert f"### {spots.name}: Official figures" in text
    assert "### other: Official figures" in text


def test_zip_and_folder_give_the_same(labels: Path, spots: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "spots.zip", "w") as archive:
        for file in spots.rglob("*.json"):
            archive.write(file, file.relative_to(spots))
    arguments = ("--labels", labels, "--json", "--predictions")
    assert score(*arguments, tmp_path / "spots.zip").stdout == score(*arguments, spots).stdout


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("--md", "| loose | 8.82 |"),
        ("--latex", r"loose & 8.82 &"),
        ("--csv", "Official figures,loose,average-mAP,8.82"),
    ],
)
def test_forms_for_papers(labels: Path, spots: Path, form: str, expected: str) -> None:
    done = score("--labels", labels, "--predictions", spots, form)
    assert expected in done.stdout
    if form == "--csv":
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert {"table", "row", "column", "value", "unit"} == set(rows[0])
        keys = [(row["table"], row["row"], row["column"]) for row in rows]
        assert len(set(keys)) == len(keys)


def test_terminal_shows_every_table(labels: Path, spots: Path) -> None:
    text = score("--labels", labels, "--predictions", spots, "--beyond").stdout
    for title in (
        "Official figures",
        "Classes",
        "Time errors",
        "Recall against chance",
        "Calibration",
    ):
        assert title in text


def test_only_some_games(labels: Path, spots: Path, tmp_path: Path) -> None:
    split = tmp_path / "split.txt"
    split.write_text(GAME + "\n")
    arguments = ("--labels", labels, "--predictions", spots, "--json")
    one = json.loads(score(*arguments, "--games", "2 - 0").stdout)
    assert one["games"] == 1
    assert json.loads(score(*arguments, "--split", split).stdout) == one
    assert "pattern 'serie-a' matches none of" in score(*arguments, "--games", "serie-a").stderr


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({**SPOTS[0], "confidence": "high"}, "entry 2: 'confidence' is 'high', not a number"),
        ({**SPOTS[0], "position": "600000.0"}, "entry 2: 'position' is '600000.0'"),
        ({**SPOTS[0], "label": "Shot"}, "entry 2: unknown class 'Shot'"),
        ({**SPOTS[0], "position": "-5"}, "entry 2: position -5 ms is before its start"),
        ({**SPOTS[0], "confidence": None}, "entry 2: 'confidence' is NaN or null"),
        ({"label": "Goal"}, "entry 2: 'position' is missing"),
    ],
)
def test_bad_entry_ends_in_one_sentence_or_is_counted(
    labels: Path, spots: Path, entry: Any, message: str
) -> None:
    write(spots, "results_spotting.json", "predictions", [SPOTS[0], entry])
    done = score("--labels", labels, "--predictions", spots, "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"{GAME}/results_spotting.json, {message}" in done.stderr
    lenient = score("--labels", labels, "--predictions", spots, "--json", "--lenient")
    assert lenient.returncode == 0, lenient.stderr
    assert json.loads(lenient.stdout)["problems"][0]["count"] == 1
    assert "1 × " in lenient.stderr


def test_missing_game_is_an_error_or_scored_as_empty(labels: Path, tmp_path: Path) -> None:
    only = write(tmp_path / "one", "results_spotting.json", "predictions", SPOTS)
    done = score("--labels", labels, "--predictions", only)
    assert done.returncode == 2
    assert (
        f"1 of 2 games have no results_spotting.json in {only}; the first is '{OTHER}'"
        in done.stderr
    )
    lenient = score("--labels", labels, "--predictions", only, "--lenient", "--json")
    assert json.loads(lenient.stdout)["games"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--json", "--md"), "--json and --md exclude each other"),
        (("--task", "v3"), "unknown task 'v3'"),
        (("--split", "validation"), "neither one of train, valid, test, challenge nor a file"),
    ],
)
def test_mistakes_of_the_user(
    labels: Path, spots: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = score("--labels", labels, "--predictions", spots, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_hostile_numbers_never_end_in_a_traceback(labels: Path, spots: Path) -> None:
    hostile = [
        {**SPOTS[0], "confidence": "inf"},
        {**SPOTS[0], "half": "9" * 400},
        {**SPOTS[0], "position": "9" * 400},
        {**SPOTS[0], "position": "-9999999999"},
        {**SPOTS[0], "confidence": [0.5]},
        {**SPOTS[0], "position": True},
    ]
    write(spots, "results_spotting.json", "predictions", hostile)
    done = score(
        "--labels",
        labels,
        "--predictions",
        spots,
        "--lenient",
        "--json",
        "--beyond",
    )
    assert done.returncode == 0, done.stderr
    counts = {one["kind"]: one["count"] for one in json.loads(done.stdout)["problems"]}
    assert counts == {"half other than 1 and 2": 1, "unreadable entry": 3}


@pytest.mark.parametrize(
    ("task", "file", "label", "spot", "share"),
    [
        ("v1", "Labels.json", "soccer-ball", "soccer", 1 / 3),
        ("ball", "Labels-ball.json", "DRIVE", "DRIVE", 1 / 2),
        ("ball-12", "Labels-ball.json", "HIGH PASS", "HIGH PASS", 1 / 12),
    ],
)
def test_other_tasks(
    tmp_path: Path, task: str, file: str, label: str, spot: str, share: float
) -> None:
    entry = {"gameTime": "1 - 00:10", "label": label, "position": "10000"}
    near = {"label": spot, "position": "10460", "half": "1", "confidence": "0.9"}
    truth = write(tmp_path / "labels", file, "annotations", [entry])
    claims = write(tmp_path / "spots", "results_spotting.json", "predictions", [near])
    done = score("--labels", truth, "--predictions", claims, "--task", task, "--json")
    result = json.loads(done.stdout)
    assert result["at1"]["a_mAP"] == pytest.approx(share)
    assert (result["at1"]["a_mAP_visible"] is None) == (task == "v1")


def test_team_ball(tmp_path: Path) -> None:
    label = {"gameTime": "1 - 00:01", "label": "PASS", "position": "1000", "team": "left"}
    spot = {"label": "PASS", "position": "1000", "half": "1", "confidence": 1, "team": "left"}
    truth = write(tmp_path / "labels", "Labels-ball.json", "annotations", [label])
    claims = write(tmp_path / "spots", "results_spotting.json", "predictions", [spot])
    done = score("--labels", truth, "--predictions", claims, "--task", "team-ball", "--json")
    assert json.loads(done.stdout)["at1"]["mAP_per_class"][0] == 1.0


def test_raw_replies_are_imported(tmp_path: Path, labels: Path) -> None:
    replies = tmp_path / "replies"
    (replies / "raw").mkdir(parents=True)
    alignment = [{"video_index": 0, "game": GAME, "half": 1, "video_s": 1200.0}]
    (replies / "alignment.json").write_text(json.dumps(alignment))
    said = [
        {
            "time": 598.0,
            "raw": '```json\n{"label": "Goal", "team": "home", "confidence": 0.9}\n```',
        },
        {"time": 600.0, "raw": '{"label": "Other", "team": "home", "confidence": 0.9}'},
    ]
    (replies / "raw" / "predictions_video_0.json").write_text(json.dumps(said))
    arguments = (
        "--labels",
        labels,
        "--predictions",
        replies,
        "--json",
        "--beyond",
    )
    done = score(*arguments)
    result = json.loads(done.stdout)
    assert "1 game asked for, 1 with labels, 1 with predictions: 1 scored." in done.stderr
    assert result["game_counts"]["asked"] == result["game_counts"]["scored"] == 1
    assert result["imported"]["dropped_labels"] == {"Other": 1}
    assert result["imported"]["windows"] == 600
    assert result["beyond"]["hallucination"]["nothing_share"] == pytest.approx(598 / 600)
    assert result["beyond"]["timing"]["overall"]["bias_ms"] == -500
    at_start = json.loads(score(*arguments, "--stamp", "start").stdout)
    assert at_start["beyond"]["timing"]["overall"]["bias_ms"] == -2000
    stamps = result["imported"]["stamps"]
    assert stamps["centre"]["loose"] == result["loose"]
    assert stamps["start"]["tight"] == at_start["tight"]
    assert "unknown stamp 'end'" in score(*arguments, "--stamp", "end").stderr


@pytest.mark.parametrize("stamp", ["middle", "start", "centre"])
def test_a_stamp_of_predictions_with_times_is_refused(
    labels: Path, spots: Path, stamp: str
) -> None:

    done = score("--labels", labels, "--predictions", spots, "--stamp", stamp)
    assert done.returncode == 2
    wanted = "unknown stamp 'middle'" if stamp == "middle" else "--stamp is for raw replies"
    assert wanted in done.stderr
