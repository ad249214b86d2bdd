"""Raw replies as they are, and the package's verdict on the retrospective's run."""

import json
from pathlib import Path

import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.replies import Outcome, is_retrospective
from touchline.replies.retrospective_files.reader import read_retrospective
from touchline.scores import OFFICIAL_METRICS, official_scores, precision_recall_f1
from touchline.spots import Spot
from touchline.spots.raw_replies import import_run, unmerged
from touchline.spots.spots_file import write_spots

GAME = "league/season/a 1 - 0 b"


def write_replies(root: Path, said: list[dict[str, object]], half: int = 1, **more: float) -> Path:
    (root / "raw").mkdir(parents=True)
    alignment = [{"video_index": 7, "game": GAME, "half": half, "video_s": 10.5, **more}]
    (root / "alignment.json").write_text(json.dumps(alignment))
    (root / "raw" / "model_video_7.json").write_text(json.dumps(said))
    return root


def write_labels(root: Path) -> Path:
    (root / GAME).mkdir(parents=True)
    label = {"gameTime": "2 - 00:04", "label": "Goal"}
    (root / GAME / "Labels-v2.json").write_text(json.dumps({"annotations": [label]}))
    return root


def test_windows_of_raw_replies(tmp_path: Path) -> None:
    folder = write_replies(tmp_path, [{"time": 4.0, "raw": "None"}])
    assert is_retrospective(folder)
    (half,) = read_retrospective(folder)
    assert (half.game, half.half, half.length_ms, half.windows) == (GAME, 1, 10_500, 6)
    window = half.replies[0].window
    assert (window.index, window.start_ms, window.end_ms, window.centre_ms) == (
        2,
        4000,
        7000,
        5500,
    )
    assert len(window.frame_times_ms) == 15
    assert window.frame_times_ms[:2] == (4000, 4200)


def test_every_claim_is_a_spot_and_nothing_is_merged(tmp_path: Path) -> None:
    said = [
        {"time": 2.0, "raw": '{"label": "Free-kick", "team": "away", "confidence": 0.8}'},
        {"time": 4.0, "raw": '{"label": "Free-kick", "team": "away", "confidence": 0.8}'},
        {"time": 6.0, "raw": '{"label": "Goal kick", "team": "away", "confidence": 0.8}'},
        {"time": 8.0, "raw": "None."},
    ]
    labels, folder = write_labels(tmp_path / "l"), write_replies(tmp_path / "r", said, half=2)
    run = import_run(labels, folder, SOCCERNET_V2, "start")
    truth, spots = run.games[GAME]
    assert [label.position_ms for label in truth] == [4000]
    assert spots == [
        Spot(2, 2000, "Indirect free-kick", "away", 0.8),
        Spot(2, 4000, "Indirect free-kick", "away", 0.8),
    ]
    assert run.dropped == {"Goal kick": 1}
    assert (run.windows, run.nothing) == (6, 3)
    assert run.outcomes == {Outcome.EVENTS: 3, Outcome.NOTHING: 1}
    assert run.half_ms == {(GAME, 1): 0, (GAME, 2): 10_500}
    assert [
        spot.position_ms
        for spot in import_run(labels, folder, SOCCERNET_V2, "centre").games[GAME][1]
    ] == [3500, 5500]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("alignment.json", "{", "alignment.json cannot be read as JSON"),
        ("alignment.json", '[{"video_index": 0}]', "alignment.json: game in entry 1 is missing"),
        ("raw/model_video_7.json", '[{"time": -1, "raw": ""}]', "time in entry 1 is -1"),
        ("raw/b_video_7.json", "[]", "contains 2 files"),
    ],
)
def test_malformed_files_are_named(tmp_path: Path, file: str, text: str, message: str) -> None:
    folder = write_replies(tmp_path, [])
    (folder / file).write_text(text)
    with pytest.raises(UserError, match=message):
        read_retrospective(folder)


@pytest.mark.parametrize("stamp", ["centre", "start"])
def test_the_package_agrees_on_the_retrospective(shared: Path, tmp_path: Path, stamp: str) -> None:
    package = pytest.importorskip(
        "SoccerNet.Evaluation.ActionSpotting",
        reason="the package SoccerNet is not installed: pip install --no-deps SoccerNet tqdm",
    )
    labels = shared / "qwen" / "labels"
    run = import_run(labels, shared / "qwen", SOCCERNET_V2, stamp)
    figures = official_scores(run.games)
    for game, (_, spots) in run.games.items():
        write_spots(tmp_path, game, spots)
    classes = {name: i for i, name in enumerate(figures.task.classes)}
    for metric in OFFICIAL_METRICS:
        theirs = package.evaluate(
            str(labels), str(tmp_path), metric=metric, dataset=None, EVENT_DICTIONARY=classes
        )
        mine = figures.metrics[metric].to_json()
        for key, value in theirs.items():
            assert mine[key] == pytest.approx(value, abs=1e-9, rel=0), (metric, key)


def test_what_the_study_says_of_the_retrospective(shared: Path) -> None:
    run = import_run(shared / "qwen" / "labels", shared / "qwen", SOCCERNET_V2, "centre")
    figures = official_scores(run.games, metrics=["loose", "tight"])
    assert len(run.games) == 8
    assert sum(len(spots) for _, spots in run.games.values()) == 12_947
    assert 100 * figures.loose.a_map == pytest.approx(8.79, abs=0.005)
    assert 100 * figures.tight.a_map == pytest.approx(1.31, abs=0.005)
    goals = precision_recall_f1(run.games, 5).per_class["Goal"]
    assert (goals.true_positives, goals.claims, goals.truths) == (20, 767, 23)
    assert unmerged([], "centre") == []


def test_windows_that_were_never_asked_did_not_answer_nothing(tmp_path: Path) -> None:
    said: list[dict[str, object]] = [{"time": 4.0, "raw": "None"}]
    folder = write_replies(tmp_path / "r", said, first_t=4.0, last_t=6.0)
    run = import_run(write_labels(tmp_path / "l"), folder, SOCCERNET_V2, "centre")
    assert (run.windows, run.nothing) == (2, 2)
    assert run.watched_ms == {(GAME, 1): (4000, 9000)}


def test_a_reply_outside_of_what_was_asked_is_refused(tmp_path: Path) -> None:
    said: list[dict[str, object]] = [{"time": 2.0, "raw": "None"}]
    with pytest.raises(UserError, match="at 2 s, outside of first_t to last_t"):
        read_retrospective(write_replies(tmp_path / "a", said, first_t=4.0, last_t=6.0))
    with pytest.raises(UserError, match="first_t after last_t"):
        read_retrospective(write_replies(tmp_path / "b", said, first_t=8.0, last_t=6.0))
