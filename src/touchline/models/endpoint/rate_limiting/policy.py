"""One object that decides for one endpoint when a request may be sent, and how a fault is handled.

It sends nothing, never sleeps and knows the time only from its clock, so every sequence of events
can be tested.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from touchline.models.endpoint.rate_limiting.breaker import Breaker
from touchline.models.endpoint.rate_limiting.concurrency import InFlight
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultKind
from touchline.models.endpoint.rate_limiting.hours import next_open, parse_hours
from touchline.models.endpoint.rate_limiting.ledger import Ledger
from touchline.models.endpoint.rate_limiting.quota import next_midnight
from touchline.models.endpoint.rate_limiting.quota_settings import QuotaSettings
from touchline.models.endpoint.rate_limiting.shared_slots import SharedSlots
from touchline.models.types import FailureReason

FOREVER = float("inf")
_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0
_DOWN_AFTER = 8
"""Faults in a row after which an endpoint counts as down. With one random fault in five requests,
that happens once in 400,000 requests."""

_SLOT_POLL_S = 0.05
"""How soon a slot that another process gives back is noticed."""

_LEAST_HOLD_S = 1.0
"""The wait for a quota that, by the endpoint's clock, was available again in the past."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing may be sent yet.

    Attributes:
        until_s: when to ask again, in seconds since 1970; infinity means when a request in
            flight has ended.
        why: what the wait is for, as a clause.
    """

    until_s: float
    why: str


class Policy:
    """The limits of one endpoint. Used from one thread.

    Args:
        settings: what the endpoint allows, and how long to wait.
        in_flight: the most requests at once.
        retries: how often a window is asked again.
        ledger: the count of what was sent.
        now: the clock, seconds since 1970.
        chance: numbers from 0 to 1, for jitter.
        slots: the requests in flight of all processes; None counts this process alone.
    """

    def __init__(
        self,
        settings: QuotaSettings,
        in_flight: int,
        retries: int,
        ledger: Ledger,
        now: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        *,
        slots: SharedSlots | None = None,
    ) -> None:
        self.settings = settings
        self.now = now
        self._retries = retries
        self._ledger = ledger
        self._slots = slots
        self._chance = chance
        self._zone = ZoneInfo(settings.timezone)
        self._hours = parse_hours(settings.hours) if settings.hours else None
        self._in_flight = InFlight(in_flight)
        self._breaker = Breaker(_DOWN_AFTER)
        self._flying = 0
        self._held = Pause(0.0, "")
        self._is_reached = False

    @property
    def is_reached(self) -> bool:
        """Whether the endpoint has answered anything so far."""
        return self._is_reached

    def start(self, tokens: int) -> Pause | None:
        """Counts one request as sent if it may be; then `ended` must follow.

        Args:
            tokens: how many it will probably use.

        Returns:
            None where it may be sent, else until when not.
        """
        now = self.now()
        pause = self._pause(now) or self._slot_pause(now)
        if pause is None and (pause := self._quota_pause(now, tokens)):
            self._release()
        if pause is None:
            self._breaker.sent()
            self._flying += 1
        return pause

    def pause(self) -> Pause | None:
        """Until when nothing at all is to be sent, uploads included; None where it may be."""
        return self._closed(self.now())

    def ended(self, started_s: float, fault: Fault | None, more_tokens: int = 0) -> None:
        """A request that was sent has ended.

        Args:
            started_s: when it was sent.
            fault: what went wrong, if anything did.
            more_tokens: tokens that it used beyond those passed to `start`.
        """
        now = self.now()
        self._flying -= 1
        self._release()
        self._ledger.correct(now, more_tokens)
        if fault is None:
            self._in_flight.answered()
        elif fault.kind is FaultKind.BUSY:
            self._in_flight.busy(started_s, now)
        self._note(started_s, now, fault)

    def not_ready(self, fault: Fault) -> None:
        """What a request needs before it can be sent, such as an upload, failed.

        It says as much about the endpoint as a request that failed, and the others wait as long.

        Args:
            fault: what went wrong.
        """
        now = self.now()
        self._note(now, now, fault)

    def cancelled(self) -> None:
        """A request that was sent was cancelled here; it says nothing about the endpoint."""
        self._flying -= 1
        self._release()

    def close(self) -> None:
        """Nothing more is sent."""
        if self._slots is not None:
            self._slots.close()

    def delay(self, fault: Fault, tries: int, spent_s: float) -> float | None:
        """How long a window waits before it is asked again.

        Exponential back-off with jitter, so that many clients do not return together; a time
        given by the endpoint takes precedence.

        Args:
            fault: of the last attempt.
            tries: number of attempts so far.
            spent_s: seconds that the attempts, and the pauses between them, have taken.

        Returns:
            Seconds; 0 where all wait for a quota; None where it is given up.
        """
        again = fault.kind in (FaultKind.AGAIN, FaultKind.BUSY, FaultKind.LATER)
        if not again or tries > self._retries:
            return None
        if fault.kind is FaultKind.LATER:
            return 0.0
        if fault.after_s is not None:
            delay = fault.after_s * (1 + 0.1 * self._chance())
        else:
            longest = min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2 ** (tries - 1))
            delay = longest * (0.5 + 0.5 * self._chance())
        return delay if spent_s + delay <= self.settings.deadline_s else None

    def lost_patience(self) -> str | None:
        """Why the run should end now and continue later, or None."""
        since = self._breaker.down_since_s
        if since is None or self.now() - since <= self.settings.patience_s:
            return None
        return f"it has been down for {self.settings.patience_s / 60:.0f} minutes"

    def clock(self, at_s: float) -> str:
        """A time as text, in the endpoint's time zone."""
        there = datetime.fromtimestamp(at_s, self._zone)
        return f"{there:%Y-%m-%d %H:%M:%S} {self.settings.timezone}"

    def _pause(self, now: float) -> Pause | None:
        if self._flying >= self._in_flight.limit:
            return Pause(FOREVER, "requests in flight")
        return self._closed(now)

    def _closed(self, now: float) -> Pause | None:
        if self._held.until_s > now:
            return self._held
        free = self._breaker.free_at(now)
        if free > now:
            return Pause(free, "the endpoint to come back")
        if self._hours is not None:
            opening = next_open(self._hours, self._zone, now)
            if opening > now:
                return Pause(opening, f"the hours {self.settings.hours}")
        return None

    def _slot_pause(self, now: float) -> Pause | None:
        if self._slots is None or self._slots.take():
            return None
        return Pause(now + _SLOT_POLL_S, "requests in flight of other processes")

    def _release(self) -> None:
        if self._slots is not None:
            self._slots.release()

    def _quota_pause(self, now: float, tokens: int) -> Pause | None:
        free = self._ledger.take(now, tokens)
        return Pause(free, "the card's quota") if free > now else None

    def _note(self, started_s: float, now: float, fault: Fault | None) -> None:
        """What an answer or a fault says about the endpoint."""
        if fault is None or fault.reason is not FailureReason.UNREACHABLE:
            self._is_reached = True
        if fault is None or not fault.is_down:
            self._breaker.answered()
        elif self._is_reached:
            self._breaker.failed(started_s, now)
        if fault is not None:
            self._hold(fault, now)

    def _hold(self, fault: Fault, now: float) -> None:
        """Makes all requests obey what the endpoint asked of one."""
        until = 0.0
        if fault.kind is FaultKind.LATER:
            free = fault.until_s or next_midnight(self._zone, now)
            until = max(free, now + _LEAST_HOLD_S)
        elif fault.kind is FaultKind.BUSY and fault.after_s is not None:
            until = now + fault.after_s
        if until > self._held.until_s:
            self._held = Pause(until, f"the endpoint, which says: {fault.message}")
