"""How many requests and tokens may be sent in a period: pure arithmetic on a history.

Limits hold for every period of their length, not only for the endpoint's own minutes, so it does
not matter whether an endpoint counts by calendar minutes or by a sliding window.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from touchline.models.endpoint.rate_limiting.quota_settings import QuotaSettings

ARRIVAL_SLACK_S = 0.3
"""A request that was sent slightly later than another may arrive earlier: periods are counted as
this much longer, so that the endpoint's own count never exceeds the limit."""

DAY_SLACK_S = 5.0
"""Clocks differ: a new day begins this late, and what was sent this early counts for it too."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What may be sent in any period of some length.

    Attributes:
        length_s: of the period, in seconds.
        requests: the most requests; None is no limit.
        tokens: the most tokens; None is no limit.
    """

    length_s: float
    requests: int | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """All limits of an endpoint.

    Attributes:
        rates: limits per period.
        per_day: requests in a calendar day, or None.
        zone: where the day begins.
    """

    rates: tuple[Rate, ...] = ()
    per_day: int | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @classmethod
    def of(cls, settings: QuotaSettings) -> "Quota":
        """The limits that a card names."""
        per_minute = Rate(60, settings.requests_per_minute, settings.tokens_per_minute)
        rates = (Rate(1, settings.requests_per_second), per_minute)
        limited = tuple(rate for rate in rates if rate.requests or rate.tokens)
        return cls(limited, settings.requests_per_day, ZoneInfo(settings.timezone))

    @property
    def is_limited(self) -> bool:
        """Whether there is anything to count."""
        return bool(self.rates) or self.per_day is not None


class RequestHistory:
    """What was sent, as far back as a quota looks. Times are seconds since 1970."""

    def __init__(self) -> None:
        self._requests: list[float] = []
        self._token_times: list[float] = []
        self._token_totals: list[int] = [0]

    def add(self, at_s: float, requests: int, tokens: int) -> None:
        """Something was sent; a time before the newest counts as the newest."""
        if requests:
            self._requests += [max([at_s, *self._requests[-1:]])] * requests
        if tokens:
            self._token_times.append(max([at_s, *self._token_times[-1:]]))
            self._token_totals.append(self._token_totals[-1] + tokens)

    def end_at(self, now_s: float) -> None:
        """Counts what is said to be sent after now as sent now.

        The clock was ahead when it was written; believed, it would block the quota until then.
        """
        for times in (self._requests, self._token_times):
            first = bisect_right(times, now_s)
            times[first:] = [now_s] * (len(times) - first)

    def free_at(self, quota: Quota, now_s: float, tokens: int) -> float:
        """When one more request with so many tokens may be sent; not after `now_s` if now."""
        free = [self._rate_free_at(rate, tokens) for rate in quota.rates]
        if quota.per_day is not None:
            free.append(self._day_free_at(quota.per_day, quota.zone, now_s))
        return max(free, default=now_s)

    def requests_since(self, start_s: float) -> int:
        """How many requests were sent at or after a time."""
        return len(self._requests) - bisect_left(self._requests, start_s)

    def _rate_free_at(self, rate: Rate, tokens: int) -> float:
        span = rate.length_s + ARRIVAL_SLACK_S
        free = float("-inf")
        if rate.requests is not None and len(self._requests) >= rate.requests:
            free = self._requests[-rate.requests] + span
        if rate.tokens is not None and self._token_times:
            # A request that is larger than the limit itself has the period to itself.
            room = max(rate.tokens - tokens, 0)
            last = bisect_left(self._token_totals, self._token_totals[-1] - room)
            if last > 0:
                free = max(free, self._token_times[last - 1] + span)
        return free

    def _day_free_at(self, per_day: int, zone: ZoneInfo, now_s: float) -> float:
        midnight = _midnight(datetime.fromtimestamp(now_s, zone).date(), zone)
        if now_s < midnight + DAY_SLACK_S:
            return midnight + DAY_SLACK_S
        today = self.requests_since(midnight - DAY_SLACK_S)
        return now_s if today < per_day else next_midnight(zone, now_s)


def next_midnight(zone: ZoneInfo, now_s: float) -> float:
    """When the next day begins in a time zone, plus some slack since clocks differ.

    Args:
        zone: the time zone.
        now_s: seconds since 1970.

    Returns:
        Seconds since 1970.
    """
    # The rest of the slack still belongs to the day before.
    here = datetime.fromtimestamp(now_s - DAY_SLACK_S, zone)
    return _midnight(here.date() + timedelta(days=1), zone) + DAY_SLACK_S


def _midnight(day: date, zone: ZoneInfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()
