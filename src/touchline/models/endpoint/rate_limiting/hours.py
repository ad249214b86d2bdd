"""Off-peak hours: the only times of day at which an endpoint is asked."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of every day; one whose end is not after its start goes past midnight.

    Attributes:
        start: first minute.
        end: the minute after the last.
    """

    start: time
    end: time

    def contains(self, moment: time) -> bool:
        """Whether a time of day is within these hours."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def parse_hours(text: str) -> Hours:
    """Hours as they are written in a card.

    >>> parse_hours("22:00-06:00").contains(time(23, 30))
    True

    Raises:
        ValueError: they do not have this form.
    """
    found = _HOURS.fullmatch(text.strip())
    if not found:
        raise ValueError('hours must be written as "02:00-06:00"')
    hour, minute, end_hour, end_minute = map(int, found.groups())
    return Hours(time(hour, minute), time(end_hour, end_minute))


def next_open(hours: Hours, zone: ZoneInfo, now_s: float) -> float:
    """When the endpoint may be asked: now, or the next time that the hours begin.

    Args:
        hours: of the day.
        zone: the time zone of the hours.
        now_s: seconds since 1970.

    Returns:
        Seconds since 1970.
    """
    here = datetime.fromtimestamp(now_s, zone)
    if hours.contains(here.time()):
        return now_s
    opening = datetime.combine(here.date(), hours.start, zone)
    if opening.timestamp() <= now_s:
        opening = datetime.combine(here.date() + timedelta(days=1), hours.start, zone)
    return opening.timestamp()
