import time
from collections import Counter

import pytest

from tests.replies.damaged_replies import (
    REWRITTEN,
    WINDOW,
    Case,
    Event,
    cut_everywhere,
    fenced,
    lines,
    one_comma_lost,
    rewritten,
)
from touchline.games import SOCCERNET_V2
from touchline.replies import Outcome, Reading, parse_reply

SLOWEST = 10
"""How many times the yardstick's time a megabyte may take to read. These take up to 4;
what grows with the square of the length takes thousands."""


def read(case: Case) -> Reading:
    return parse_reply(case.text, case.finish_reason, WINDOW, SOCCERNET_V2)


def events_of(reading: Reading) -> Counter[Event]:
    return Counter(
        Event(str(one.label), one.position_ms, str(one.team)) for one in reading.detections
    )


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [*rewritten(seed=7, rounds=10), *(case for s in range(5) for case in one_comma_lost(s))]


def test_events_that_are_still_there_are_found(cases: list[Case]) -> None:
    missed: Counter[str] = Counter()
    for case in cases:
        missed[case.damage] += (Counter(case.events) - events_of(read(case))).total()
    there = sum(len(case.events) for case in cases)
    assert missed.total() <= 0.01 * there, +missed


def test_nothing_is_invented(cases: list[Case]) -> None:
    for case in cases:
        extra = events_of(read(case)) - Counter(case.events)
        assert not extra, (case.damage, case.text[:500], extra)


@pytest.mark.parametrize("write", [lines, fenced])
@pytest.mark.parametrize("seed", range(3))
def test_truncation_at_every_byte(write: object, seed: int) -> None:
    for case in cut_everywhere(seed, write):  # type: ignore[arg-type]
        reading = read(case)
        assert reading.outcome is Outcome.TRUNCATED
        assert [one.label for one in reading.detections] == [one.label for one in case.events]
        for one, true in zip(reading.detections, case.events, strict=True):
            assert one.team in (true.team, None)
            assert one.position_ms in (true.position_ms, WINDOW.centre_ms)


REPEATED = [
    *"{[}\"'`\\<\n a1.,(#:",
    "```",
    "<think>",
    "</think>",
    '{"label":',
    '{"label":"Foul"}',
    "{'label':'Foul'}",
    "label: Foul ",
    "- Foul\n",
    "Foul ",
    "Foul. ",
    "[1]",
    "[x",
    '{"a":[',
    '{"a":1}',
    "None.\n",
    "no event ",
    "the ball goes out of play ",
    "00:01 ",
    "[INST]",
    "Analyze these frames output exactly: None.",
]


@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.parametrize("opening", ["", '{"label": "Goal", ', "```json\n"])
def test_a_megabyte_of_anything_is_read_in_time(piece: str, opening: str) -> None:
    text = opening + piece * (1_000_000 // len(piece))
    assert _times_the_yardstick(text) < SLOWEST


def test_damaged_replies_are_read_in_time(cases: list[Case]) -> None:
    slowest = max(cases, key=lambda case: _seconds(case.text))
    assert _times_the_yardstick(slowest.text) < SLOWEST, slowest.damage


def _times_the_yardstick(text: str) -> float:
    """How long reading takes, measured with work of known size on the same machine."""
    return min(_seconds(text) / _yardstick_seconds() for _ in range(3))


def _seconds(text: str) -> float:
    start = time.process_time()
    parse_reply(text, "stop", WINDOW, SOCCERNET_V2)
    return time.process_time() - start


def _yardstick_seconds() -> float:
    start = time.process_time()
    sum(number * number for number in range(300_000))
    return time.process_time() - start


def test_every_way_of_writing_has_a_name() -> None:
    assert len(REWRITTEN) > 40
