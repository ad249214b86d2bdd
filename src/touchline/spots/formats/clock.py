"""Times of a match as people write them."""

import re

from touchline.games import UnreadableEntryError

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})(?:[.,](\d{1,9}))?")
_SECONDS = re.compile(r"\d{1,6}(?:[.,]\d{1,9})?")


def minutes_clock(time_ms: int) -> str:
    """A time as minutes, seconds and milliseconds.

    >>> minutes_clock(3_725_004)
    '62:05.004'
    """
    seconds, milliseconds = divmod(max(time_ms, 0), 1000)
    return f"{seconds // 60:02d}:{seconds % 60:02d}.{milliseconds:03d}"


def hours_clock(time_ms: int, point: str = ".") -> str:
    """A time as hours, minutes, seconds and milliseconds.

    >>> hours_clock(3_725_004), hours_clock(1, ",")
    ('01:02:05.004', '00:00:00,001')
    """
    seconds, milliseconds = divmod(max(time_ms, 0), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{milliseconds:03d}"


def parse_clock(text: str) -> int:
    """Milliseconds of a time such as "62:05", "62:05.25", "1:02:05" or "3725.25" seconds.

    Raises:
        UnreadableEntryError: it is not a time.

    >>> parse_clock("62:05.25"), parse_clock("1:02:05"), parse_clock("3725,5")
    (3725250, 3725000, 3725500)
    """
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return round(float(text.replace(",", ".")) * 1000)
    found = _CLOCK.fullmatch(text)
    if found is None or int(found[3]) > 59 or (found[1] and int(found[2]) > 59):
        raise UnreadableEntryError(f"its time is {text[:40]!r}, not like '12:34.567'")
    seconds = (int(found[1] or 0) * 60 + int(found[2])) * 60 + int(found[3])
    return seconds * 1000 + round(float(f"0.{found[4] or 0}") * 1000)
