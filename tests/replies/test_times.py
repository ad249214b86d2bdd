from dataclasses import replace

import pytest

from tests.replies.damaged_replies import WINDOW
from touchline.games import SOCCERNET_V2, Task, find_task
from touchline.replies import TimeSource, parse_reply
from touchline.replies.objects.object_fields import read_fields
from touchline.replies.times import parse_time
from touchline.video import Window

MOVED = "a named time lies just outside the window and was moved to its edge"
SECOND_HALF = Window("game", 2, 5, 100, 600_000, 604_000, tuple(range(600_000, 604_000, 200)))


@pytest.mark.parametrize(
    ("fields", "position_ms", "source"),
    [
        ({"time": 1.4}, 11_400, TimeSource.SECONDS),
        ({"time": "1.4"}, 11_400, TimeSource.SECONDS),
        ({"time": "at 1.4 s"}, 11_400, TimeSource.SECONDS),
        ({"time": "1,4 seconds"}, 11_400, TimeSource.SECONDS),
        ({"timestamp": "2s"}, 12_000, TimeSource.SECONDS),
        ({"time": "1400 ms"}, 11_400, TimeSource.SECONDS),
        ({"time": [1.4, 2.0]}, 11_400, TimeSource.SECONDS),
        ({"time": 4.3}, 14_000, TimeSource.SECONDS),
        ({"time": 12.5}, 12_500, TimeSource.HALF_SECONDS),
        ({"time": "0:12"}, 12_000, TimeSource.CLOCK),
        ({"time": "00:01.5"}, 11_500, TimeSource.WINDOW_CLOCK),
        ({"gametime": "1 - 00:12"}, 12_000, TimeSource.CLOCK),
        ({"frame": 1}, 10_000, TimeSource.FRAME),
        ({"frame": "8"}, 11_400, TimeSource.FRAME),
        ({"time": "frame 8"}, 11_400, TimeSource.FRAME),
        ({"frames": [8, 9]}, 11_400, TimeSource.FRAME),
        ({"time": 99, "frame": 8}, 11_400, TimeSource.FRAME),
        ({}, 12_000, TimeSource.CENTRE),
        ({"time": None}, 12_000, TimeSource.CENTRE),
        ({"time": ""}, 12_000, TimeSource.CENTRE),
        ({"time": "unknown"}, 12_000, TimeSource.CENTRE),
        ({"time": "00:00:12.250"}, 12_250, TimeSource.CLOCK),
        ({"timeInSeconds": 1.4}, 11_400, TimeSource.SECONDS),
        ({"time_ms": 1400}, 11_400, TimeSource.SECONDS),
        ({"position": "12500"}, 12_500, TimeSource.HALF_SECONDS),
        ({"segment": [1.4, 2.0]}, 11_400, TimeSource.SECONDS),
        ({"time": {"start": "1.4 s", "end": "2 s"}}, 11_400, TimeSource.SECONDS),
        ({"frameIdx": "frame-8"}, 11_400, TimeSource.FRAME),
        ({"time": "在第1.4秒"}, 11_400, TimeSource.SECONDS),
    ],
)
def test_times(fields: dict[str, object], position_ms: int, source: TimeSource) -> None:
    times = read_fields(fields).times
    found = parse_time(times, WINDOW, 1, 500, 0)
    assert found[:2] == (position_ms, source)
    assert found.note == (MOVED if fields == {"time": 4.3} else "")


@pytest.mark.parametrize(
    "fields",
    [
        {"time": 99},
        {"time": -3},
        {"time": float("nan")},
        {"time": float("inf")},
        {"time": 10**400},
        {"time": "45:00"},
        {"frame": 0},
        {"frame": 21},
        {"time": "later"},
        {"time": True},
        {"time": [[[1]]]},
    ],
)
def test_times_that_are_not_trusted_fall_to_the_centre(fields: dict[str, object]) -> None:
    found = parse_time(read_fields(fields).times, WINDOW, 1, 500, 0)
    assert found[:2] == (12_000, TimeSource.CENTRE)
    assert "centre stands in its place" in found.note


def test_the_clock_of_the_match_runs_on_in_the_second_half() -> None:
    def read(fields: dict[object, object]) -> tuple[int, TimeSource]:
        return parse_time(
            read_fields(fields).times, SECOND_HALF, 1, 500, SOCCERNET_V2.clock_start_ms(2)
        )[:2]

    assert read({"time": "55:01"}) == (601_000, TimeSource.MATCH_CLOCK)
    assert read({"time": "10:01"}) == (601_000, TimeSource.CLOCK)
    assert read({"time": "0:01"}) == (601_000, TimeSource.WINDOW_CLOCK)
    assert read({"time": 3301}) == (601_000, TimeSource.MATCH_SECONDS)
    assert read({"minute": 10, "second": 1}) == (601_000, TimeSource.CLOCK)


@pytest.mark.parametrize(
    ("task", "half", "clock", "position_ms"),
    [
        ("handball", 2, "40:01", 601_000),
        ("handball", 2, "10:01", 601_000),
        ("handball", 2, "55:01", None),
        ("soccernet-v2", 2, "40:01", None),
        ("soccernet-v2", 1, "55:01", None),
        ("quarters", 4, "40:01", 601_000),
        ("quarters", 3, "30:01", 601_000),
        ("quarters", 3, "40:01", None),
        ("unknown", 2, "55:01", None),
        ("unknown", 2, "10:01", 601_000),
    ],
)
def test_the_clock_of_the_match_is_that_of_the_task(task, half, clock, position_ms) -> None:
    tasks = {
        "quarters": Task("q", ("Goal",), periods=4, period_start_minutes=(0, 10, 20, 30)),
        "unknown": Task("u", ("Goal",)),
    }
    known = tasks.get(task) or find_task(task)
    window = replace(SECOND_HALF, half=half)
    label = known.classes[-1]
    reading = parse_reply(f'{{"label": "{label}", "time": "{clock}"}}', "stop", window, known)
    (found,) = reading.detections
    assert found.position_ms == (window.centre_ms if position_ms is None else position_ms)


def test_what_is_wrong_with_a_time_is_said_as_it_is() -> None:
    def note(value: object) -> str:
        return parse_time(read_fields({"time": value}).times, WINDOW, 1, 500, 0).note

    assert "outside the window" in note(99)
    assert "could not be understood" in note("after the whistle")
    assert "moved to its edge" in note(4.3)
    assert note("n/a") == ""
