"""The time that a reply gives to an event: seconds, frames and clocks, in ms of the half."""

import re
from collections.abc import Mapping

from touchline.replies.types import TimeSource
from touchline.video import Window

TIME_KEYS = (
    "time",
    "timestamp",
    "seconds",
    "time_s",
    "time_seconds",
    "offset",
    "t",
    "gametime",
    "game_time",
    "start_time",
    "start",
)
FRAME_KEYS = ("frame", "frame_number", "frame_index", "frames", "frame_id")
FIRST_HALF_MINUTES = 45

_MAX_NUMBER = 1_000_000
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,3}):([0-5]\d(?:[.,]\d+)?)(?![\d:])")
_FRAME = re.compile(r"\bframes?\s*(?:no\.?|number|#)?\s*(\d{1,7})\b", re.IGNORECASE)
_SECONDS = re.compile(r"(?<![\w.:])(\d{1,6}(?:[.,]\d{1,6})?)(?![\w:]*:)", re.IGNORECASE)
_MILLISECONDS = re.compile(r"(?<![\w.])(\d{1,7})\s*(?:ms\b|milliseconds)", re.IGNORECASE)

Found = tuple[int, TimeSource]


def parse_time(
    fields: Mapping[str, object], window: Window, first_frame: int, slack_ms: int
) -> tuple[int, TimeSource, bool]:
    """The time of an event, and how it is known.

    Args:
        fields: of one event, keys in lower case.
        window: the window that was asked about.
        first_frame: number that the prompt gives to the window's first frame.
        slack_ms: how far outside the window a named time may lie; it is then moved to the edge.

    Returns:
        Milliseconds from the start of the half, the source, and whether the reply named a time
        that cannot be right, so that the centre of the window is used instead.
    """
    named = False
    for key in TIME_KEYS:
        if (value := fields.get(key)) is not None:
            if found := _from_time(value, window, first_frame, slack_ms):
                return (*found, False)
            named = named or value != ""
    for key in FRAME_KEYS:
        if (value := fields.get(key)) is not None:
            if found := _from_frame(value, window, first_frame):
                return (*found, False)
            named = named or value != ""
    return window.centre_ms, TimeSource.CENTRE, named


def _from_time(value: object, window: Window, first_frame: int, slack_ms: int) -> Found | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value, window, slack_ms)
    if isinstance(value, str):
        return _from_text(value[:80], window, first_frame, slack_ms)
    if isinstance(value, list) and value and not isinstance(value[0], list):
        return _from_time(value[0], window, first_frame, slack_ms)
    return None


def _from_text(text: str, window: Window, first_frame: int, slack_ms: int) -> Found | None:
    if clock := _CLOCK.search(text):
        minutes, seconds = int(clock[1]), float(clock[2].replace(",", "."))
        return _from_clock(minutes, seconds, window, slack_ms)
    if frame := _FRAME.search(text):
        return _from_frame(int(frame[1]), window, first_frame)
    if thousandths := _MILLISECONDS.search(text):
        return _from_number(int(thousandths[1]) / 1000, window, slack_ms)
    if plain_seconds := _SECONDS.search(text):
        return _from_number(float(plain_seconds[1].replace(",", ".")), window, slack_ms)
    return None


def _from_number(seconds: float, window: Window, slack_ms: int) -> Found | None:
    """Seconds from the window's start; else, if that is in the window, seconds of the half."""
    if not -_MAX_NUMBER < seconds < _MAX_NUMBER:  # false for NaN too
        return None
    milliseconds = round(seconds * 1000)
    offset = _inside(window.start_ms + milliseconds, window, slack_ms)
    if offset is not None:
        return offset, TimeSource.SECONDS
    absolute = _inside(milliseconds, window, slack_ms)
    return None if absolute is None else (absolute, TimeSource.CLOCK)


def _from_clock(minutes: int, seconds: float, window: Window, slack_ms: int) -> Found | None:
    """ "mm:ss" as the clock of the half, of the match, or as an offset in the window."""
    milliseconds = round((minutes * 60 + seconds) * 1000)
    before_ms = FIRST_HALF_MINUTES * 60_000 if window.half == 2 else 0
    for start_ms in (0, -before_ms, window.start_ms):
        position = _inside(start_ms + milliseconds, window, slack_ms)
        if position is not None:
            return position, TimeSource.CLOCK
    return None


def _from_frame(value: object, window: Window, first_frame: int) -> Found | None:
    if isinstance(value, str):
        digits = re.search(r"\d{1,7}", value[:40])
        value = int(digits[0]) if digits else None
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not -_MAX_NUMBER < value < _MAX_NUMBER:
        return None
    index = int(value) - first_frame
    if 0 <= index < len(window.frame_times_ms):
        return window.frame_times_ms[index], TimeSource.FRAME
    return None


def _inside(position_ms: int, window: Window, slack_ms: int) -> int | None:
    if not window.start_ms - slack_ms <= position_ms <= window.end_ms + slack_ms:
        return None
    return min(max(position_ms, window.start_ms), window.end_ms)
