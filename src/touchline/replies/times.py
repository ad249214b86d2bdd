"""The time that a reply gives to an event: seconds, frames and clocks, in ms of the half."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from touchline.games import normalize_name
from touchline.replies.grammar.keys import Role
from touchline.replies.objects.object_fields import read_fields
from touchline.replies.types import TimeSource
from touchline.video import Window

_MAX_NUMBER = 10_000_000
_MAX_TEXT = 80
_FEWEST_MS = 10_000
_CLOCK = re.compile(
    r"(?<![\d:.])(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d(?:[.,]\d{1,6})?)(?![\d:])", re.ASCII
)
_SPELLED = re.compile(
    r"(?<![\w.])(\d{1,3})\s?(?:'|′|’|m|min|minutes?)\s?(\d{1,2}(?:[.,]\d{1,6})?)\s?"
    r"(?:\"|''|″|”|s\b|sec|$)|\bPT(?:(\d{1,3})M)?(\d{1,5}(?:\.\d{1,6})?)S\b",
    re.IGNORECASE | re.ASCII,
)
"""`10'05"`, "10m05s", "10 min 5 s", and ISO 8601's "PT10M5S"."""

_FRAME = re.compile(
    r"\b(?:frames?|fotograma|cuadro|image|bild|quadro)[\s_#-]*(?:no\.?|number|idx|index|id)?"
    r"[\s_#-]*(\d{1,7})(?!\d)|第?\s?(\d{1,7})\s?帧",
    re.IGNORECASE | re.ASCII,
)
_SECONDS = re.compile(r"(?<![\w.:])(\d{1,7}(?:[.,]\d{1,6})?)(?![\w:]*:)", re.IGNORECASE | re.ASCII)
_MILLISECONDS = re.compile(r"(?<![\w.])(\d{1,8})\s*(?:ms\b|milliseconds)", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*(?:ms|milliseconds)?\s*", re.ASCII)
_NONE = frozenset({"unknown", "unclear", "n a", "na", "none", "null", "not specified"})

Found = tuple[int, TimeSource]


class EventTime(NamedTuple):
    """When an event is.

    Attributes:
        position_ms: milliseconds from the start of the half.
        source: what it was read from.
        note: what is wrong with the times that the reply names, or "".
    """

    position_ms: int
    source: TimeSource
    note: str = ""


def parse_time(
    times: Sequence[tuple[Role, object]],
    window: Window,
    first_frame: int,
    slack_ms: int,
    clock_start_ms: int | None,
) -> EventTime:
    """When an event is.

    Of what the reply says, the first that is in the window counts; of a range, its start.

    Args:
        times: what the reply says: the role of a key, and its value.
        window: the window that was asked about.
        first_frame: number that the prompt gives to the window's first frame.
        slack_ms: how far outside the window a named time may lie; it is then moved to the edge.
        clock_start_ms: what the clock of the match shows when the window's half begins, see
            `Task.clock_start_ms`; None where that is not known, so a clock is that of the half.

    Returns:
        The time; the centre of the window, with a note, where the reply names one that cannot be
        right, and without where it names none.
    """
    if not times:
        return EventTime(window.centre_ms, TimeSource.CENTRE)
    role, value = times[0]
    if role is Role.TIME and type(value) is float:  # the ordinary case, in short
        position_ms = window.start_ms + round(value * 1000) if 0 <= value < _MAX_NUMBER else -1
        if window.start_ms <= position_ms <= window.end_ms:
            return EventTime(position_ms, TimeSource.SECONDS)
    note = ""
    for role, value in times:
        if role is Role.POSITION and _is_place(value):
            continue
        here = _Here(window, first_frame, slack_ms, clock_start_ms)
        if found := here.read(role, value):
            return EventTime(*found, _MOVED if here.moved_ms else "")
        if not _is_empty(value):
            note = note or (_OUTSIDE if here.understood else _UNKNOWN)
    return EventTime(window.centre_ms, TimeSource.CENTRE, note)


_OUTSIDE = "a named time lies outside the window: the centre stands in its place"
_UNKNOWN = "a named time could not be understood: the centre stands in its place"
_MOVED = "a named time lies just outside the window and was moved to its edge"


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip() or normalize_name(value[:_MAX_TEXT]) in _NONE
    return value is None or value == []


def _is_place(value: object) -> bool:
    """Whether a "position" is one on the pitch or in the picture: "left wing", [0.2, 0.4]."""
    return isinstance(value, list | dict) or (
        isinstance(value, str) and not any(one.isdigit() for one in value[:_MAX_TEXT])
    )


def _clock_in(text: str) -> tuple[int, float] | None:
    """Minutes and seconds of a clock in a text."""
    if clock := _CLOCK.search(text):
        hours, minutes, seconds = int(clock[1] or 0), int(clock[2]), clock[3]
        return hours * 60 + minutes, float(seconds.replace(",", "."))
    if clock := _SPELLED.search(text):
        minutes, seconds = int(clock[1] or clock[3] or 0), clock[2] or clock[4]
        return minutes, float(seconds.replace(",", "."))
    return None


class _Here:
    """Reads times as those of one window.

    Args:
        window: the window.
        first_frame: number that the prompt gives to its first frame.
        slack_ms: how far outside a time may be.
        clock_start_ms: what the clock of the match shows when the half begins.
    """

    def __init__(
        self, window: Window, first_frame: int, slack_ms: int, clock_start_ms: int | None
    ) -> None:
        self._window = window
        self._first_frame = first_frame
        self._slack_ms = slack_ms
        self._clock_start_ms = clock_start_ms
        self.understood = False
        self.moved_ms = 0

    def read(self, role: Role, value: object) -> Found | None:
        """The position that a value means, or None where it means none in the window."""
        if isinstance(value, dict):
            return self._from_object(value)
        if isinstance(value, list | tuple):
            first = value[0] if value else None
            is_flat = not isinstance(first, list | tuple | dict)
            return self.read(role, first) if first is not None and is_flat else None
        return None if isinstance(value, bool) else self._from_plain(role, value)

    def _from_plain(self, role: Role, value: object) -> Found | None:
        if role is Role.FRAME:
            return self._from_frame(value)
        if role is Role.TIME_MS or role is Role.POSITION:
            return self._from_milliseconds(value, role)
        if isinstance(value, int | float):
            return self._from_seconds(value)
        return self._from_text(value[:_MAX_TEXT]) if isinstance(value, str) else None

    def _from_object(self, value: dict[object, object]) -> Found | None:
        """`{"start": 5.0, "end": 8.0}` in the place of a time."""
        for role, inner in read_fields(value).times:
            if not isinstance(inner, dict) and (found := self.read(role, inner)):
                return found
        return None

    def _from_text(self, text: str) -> Found | None:
        if clock := _clock_in(text):
            return self._from_clock(*clock)
        if frame := _FRAME.search(text):
            return self._from_frame(int(frame[1] or frame[2]))
        if thousandths := _MILLISECONDS.search(text):
            return self._from_seconds(int(thousandths[1]) / 1000)
        if text.lstrip().startswith("-"):
            self.understood = True
            return None
        if plain_seconds := _SECONDS.search(text.replace("秒", " s")):
            return self._from_seconds(float(plain_seconds[1].replace(",", ".")))
        return None

    def _from_seconds(self, seconds: float) -> Found | None:
        """Seconds from the window's start, else of the half, else of the match."""
        if not -_MAX_NUMBER < seconds < _MAX_NUMBER:  # false for NaN too
            return None
        self.understood = True
        milliseconds = round(seconds * 1000)
        return self._first_inside(
            (self._window.start_ms + milliseconds, TimeSource.SECONDS),
            (milliseconds, TimeSource.HALF_SECONDS),
            *self._on_match_clock(milliseconds, TimeSource.MATCH_SECONDS),
            *self._as_milliseconds(seconds),
        )

    def _as_milliseconds(self, number: float) -> tuple[Found, ...]:
        """A number that is far too large for seconds."""
        if number < _FEWEST_MS or number != int(number):
            return ()
        return (
            (round(number), TimeSource.HALF_SECONDS),
            (self._window.start_ms + round(number), TimeSource.SECONDS),
        )

    def _from_milliseconds(self, value: object, role: Role) -> Found | None:
        if isinstance(value, str):
            number = _NUMBER.fullmatch(value[:_MAX_TEXT])
            if number is None:
                return self._from_text(value[:_MAX_TEXT])
            value = float(number[1].replace(",", "."))
        if not isinstance(value, int | float) or not -_MAX_NUMBER < value < _MAX_NUMBER:
            return None
        if role is Role.POSITION and value != int(value):
            return self._from_seconds(value)
        self.understood = True
        of_window = (self._window.start_ms + round(value), TimeSource.SECONDS)
        of_half = (round(value), TimeSource.HALF_SECONDS)
        if role is Role.POSITION:
            return self._first_inside(of_half, of_window)
        return self._first_inside(of_window, of_half)

    def _from_clock(self, minutes: int, seconds: float) -> Found | None:
        """ "mm:ss" as the clock of the half, of the match, or as an offset in the window."""
        self.understood = True
        milliseconds = round((minutes * 60 + seconds) * 1000)
        return self._first_inside(
            (milliseconds, TimeSource.CLOCK),
            *self._on_match_clock(milliseconds, TimeSource.MATCH_CLOCK),
            (self._window.start_ms + milliseconds, TimeSource.WINDOW_CLOCK),
        )

    def _on_match_clock(self, milliseconds: int, source: TimeSource) -> tuple[Found, ...]:
        """What the clock of the match shows, where it is known when it shows what."""
        if self._clock_start_ms is None:
            return ()
        return ((milliseconds - self._clock_start_ms, source),)

    def _from_frame(self, value: object) -> Found | None:
        if isinstance(value, str):
            digits = re.search(r"[0-9]{1,7}", value[:40])
            value = int(digits[0]) if digits else None
        if not isinstance(value, int | float) or not -_MAX_NUMBER < value < _MAX_NUMBER:
            return None
        self.understood = True
        index = int(value) - self._first_frame
        if 0 <= index < len(self._window.frame_times_ms):
            return self._window.frame_times_ms[index], TimeSource.FRAME
        return None

    def _first_inside(self, *candidates: Found) -> Found | None:
        """The first position in the window, else the first near enough to be moved to its edge."""
        start_ms, end_ms = self._window.start_ms, self._window.end_ms
        for position_ms, source in candidates:
            if start_ms <= position_ms <= end_ms:
                return position_ms, source
        for position_ms, source in candidates:
            if start_ms - self._slack_ms <= position_ms <= end_ms + self._slack_ms:
                inside_ms = min(max(position_ms, start_ms), end_ms)
                self.moved_ms = abs(position_ms - inside_ms)
                return inside_ms, source
        return None
