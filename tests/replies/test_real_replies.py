"""The 14,088 real replies of a Qwen2.5-VL-7B, read from beside the repository where they are."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.replies.damaged_replies import WINDOW
from touchline.games import SOCCERNET_V2
from touchline.replies import Outcome, Reading, parse_reply

SHARED = Path(os.environ.get("TOUCHLINE_SHARED", Path(__file__).parents[2] / ".." / "shared"))
RAW = SHARED / "qwen" / "raw"

UNREADABLE = {
    (13, 1268.0): "A player from the away team kicks the ball.",
    (4, 996.0): "A player from white dribbles the ball.",
}
"""Both are sentences that name no class: there is no event in them to be read."""

CUT = {(1, 1024.0), (3, 1838.0), (9, 1394.0)}
"""A number that runs on to the token limit inside the details: label, team and confidence stand
before it and are kept."""


@pytest.fixture(scope="module")
def readings() -> dict[tuple[int, float], Reading]:
    if not RAW.is_dir():
        pytest.skip(f"no real replies at {RAW}: set TOUCHLINE_SHARED to the folder with qwen/raw")
    return {
        (int(file.stem.rsplit("_", 1)[1]), one["time"]): parse_reply(
            one["raw"], None, WINDOW, SOCCERNET_V2
        )
        for file in RAW.glob("*.json")
        for one in json.loads(file.read_text(encoding="utf-8"))
    }


def test_every_reply_has_one_outcome(readings: dict[tuple[int, float], Reading]) -> None:
    counts = Counter(reading.outcome for reading in readings.values())
    assert counts == {
        Outcome.EVENTS: 14_083,
        Outcome.TRUNCATED: len(CUT),
        Outcome.UNREADABLE: len(UNREADABLE),
    }
    assert sum(counts.values()) == 14_088


def test_the_unreadable_ones_are_known(readings: dict[tuple[int, float], Reading]) -> None:
    found = {at for at, reading in readings.items() if reading.outcome is Outcome.UNREADABLE}
    assert found == set(UNREADABLE)
    assert all(readings[at].note == "text that names no class" for at in found)


def test_the_cut_ones_keep_their_event(readings: dict[tuple[int, float], Reading]) -> None:
    found = {at for at, reading in readings.items() if reading.outcome is Outcome.TRUNCATED}
    assert found == CUT
    assert all(len(readings[at].detections) == 1 for at in found)


def test_the_labels_come_to_known_counts(readings: dict[tuple[int, float], Reading]) -> None:
    labels = Counter(one.label for reading in readings.values() for one in reading.detections)
    said = Counter(
        one.raw_label
        for reading in readings.values()
        for one in reading.detections
        if one.label is None
    )
    assert labels["Foul"] == 6040  # seven replies say the same foul twice
    assert labels["Goal"] == 767
    assert set(said) == {
        "Other",
        "Set Pieces",
        "Premier League",
        "Premier League logo",
        "Barclays Premier League",
        "Goal kick",
    }
