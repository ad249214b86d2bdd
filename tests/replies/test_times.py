import pytest

from tests.replies.damaged_replies import WINDOW
from touchline.replies import TimeSource
from touchline.replies.times import parse_time
from touchline.video import Window

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
        ({"time": 12.5}, 12_500, TimeSource.CLOCK),
        ({"time": "0:12"}, 12_000, TimeSource.CLOCK),
        ({"time": "00:01.5"}, 11_500, TimeSource.CLOCK),
        ({"gametime": "1 - 00:12"}, 12_000, TimeSource.CLOCK),
        ({"frame": 1}, 10_000, TimeSource.FRAME),
        ({"frame": "8"}, 11_400, TimeSource.FRAME),
        ({"time": "frame 8"}, 11_400, TimeSource.FRAME),
        ({"frames": [8, 9]}, 11_400, TimeSource.FRAME),
        ({"time": 99, "frame": 8}, 11_400, TimeSource.FRAME),
        ({}, 12_000, TimeSource.CENTRE),
        ({"time": None}, 12_000, TimeSource.CENTRE),
        ({"time": ""}, 12_000, TimeSource.CENTRE),
    ],
)
def test_times(fields: dict[str, object], position_ms: int, source: TimeSource) -> None:
    assert parse_time(fields, WINDOW, 1, 500) == (position_ms, source, False)


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
        {"time": "unknown"},
        {"time": True},
        {"time": [[[1]]]},
    ],
)
def test_times_that_are_not_trusted_fall_to_the_centre(fields: dict[str, object]) -> None:
    assert parse_time(fields, WINDOW, 1, 500) == (12_000, TimeSource.CENTRE, True)


def test_the_clock_of_the_match_runs_on_in_the_second_half() -> None:
    assert parse_time({"time": "55:01"}, SECOND_HALF, 1, 500)[0] == 601_000
    assert parse_time({"time": "10:01"}, SECOND_HALF, 1, 500)[0] == 601_000
