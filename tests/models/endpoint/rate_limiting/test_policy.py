"""The policy played through on a clock of the test's own."""

import heapq
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from touchline.models import FailureReason
from touchline.models.endpoint.rate_limiting.breaker import Breaker
from touchline.models.endpoint.rate_limiting.concurrency import InFlight
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultKind
from touchline.models.endpoint.rate_limiting.ledger import Ledger
from touchline.models.endpoint.rate_limiting.policy import Policy
from touchline.models.endpoint.rate_limiting.quota import Quota
from touchline.models.endpoint.rate_limiting.quota_settings import QuotaSettings

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


class Clock:
    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now


def policy(clock, folder=None, in_flight=4, retries=4, **quota):
    chosen = QuotaSettings(**quota)
    ledger = Ledger(Quota.of(chosen), folder)
    return Policy(chosen, in_flight, retries, ledger, clock, lambda: 0.5)


def fault(kind, reason=FailureReason.REFUSED, **more):
    return Fault(kind, "no", reason, **more)


BUSY = fault(FaultKind.BUSY)
AGAIN = fault(FaultKind.AGAIN)
DOWN = fault(FaultKind.AGAIN, is_down=True)
OUTCOMES = [None, None, None, BUSY, AGAIN, DOWN, fault(FaultKind.BUSY, after_s=3.0)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 20))
def test_whatever_comes_back_no_limit_is_ever_passed(tmp_path_factory, seed, in_flight, per_second):
    chance, clock = random.Random(seed), Clock()
    asked = policy(
        clock,
        tmp_path_factory.mktemp("ledger"),
        in_flight,
        requests_per_second=per_second,
        requests_per_minute=40,
    )
    flying, sent = [], []
    for _ in range(150):
        pause = asked.start(10)
        if pause is None:
            sent.append(clock.now)
            heapq.heappush(flying, (clock.now + chance.uniform(0, 4), clock.now))
            assert len(flying) <= in_flight
        elif flying and (flying[0][0] <= pause.until_s or chance.random() < 0.2):
            ends, started = heapq.heappop(flying)
            clock.now = max(clock.now, ends)
            asked.ended(started, chance.choice(OUTCOMES))
        else:
            assert pause.until_s < float("inf"), "nothing flies and nothing may start"
            clock.now = max(clock.now, pause.until_s)
    for length, most in ((1.0, per_second), (60.0, 40)):
        assert all(b - a > length for a, b in zip(sent, sent[most:], strict=False))


def test_in_flight_halves_when_the_endpoint_has_too_much_and_grows_by_one_a_round():
    limit = InFlight(16)
    for _ in range(5):
        limit.busy(started_s=0.0, now_s=1.0)
    assert limit.limit == 8, "five that were sent before the cut are one cut"
    limit.busy(started_s=1.5, now_s=2.0)
    assert limit.limit == 4
    for _ in range(5):
        limit.answered()
    assert limit.limit == 5
    for _ in range(500):
        limit.answered()
    assert limit.limit == 16
    for now in range(10, 20):
        limit.busy(now, now)
    assert limit.limit == 1


def test_a_breaker_lets_one_try_at_a_time_ever_more_rarely_until_an_answer_comes():
    breaker = Breaker(threshold=3)
    for now in range(3):
        assert breaker.free_at(now) == now
        breaker.failed(now, now)
    assert breaker.free_at(2.5) == 3.0
    breaker.sent()
    assert breaker.free_at(3.1) == float("inf")
    breaker.failed(3.0, 4.0)
    assert breaker.free_at(4.0) == 6.0
    breaker.failed(2.0, 5.0)
    assert breaker.free_at(5.0) == 6.0, "what was sent before it opened says nothing new"
    breaker.answered()
    assert breaker.free_at(5.0) == 5.0
    assert breaker.down_since_s is None


def test_an_endpoint_that_was_never_reached_does_not_open_the_breaker():
    clock = Clock()
    asked = policy(clock, in_flight=20)
    unreachable = fault(FaultKind.AGAIN, FailureReason.UNREACHABLE, is_down=True)
    for _ in range(20):
        assert asked.start(1) is None
        asked.ended(clock.now, unreachable)
    assert not asked.is_reached
    asked.start(1)
    asked.ended(clock.now, None)
    for _ in range(8):
        asked.start(1)
        asked.ended(clock.now, unreachable)
    assert asked.start(1).until_s == clock.now + 1
    clock.now += 601
    assert "down for 10 minutes" in asked.lost_patience()


def test_back_off_doubles_with_jitter_and_ends_with_the_retries():
    asked = policy(Clock(), retries=3)
    delays = [asked.delay(AGAIN, tries, 0.0) for tries in (1, 2, 3, 4)]
    assert delays == [0.375, 0.75, 1.5, None]
    assert asked.delay(fault(FaultKind.BUSY, after_s=20.0), 1, 0.0) == pytest.approx(21)
    for kind in (FaultKind.NEVER, FaultKind.HOPELESS, FaultKind.SMALLER):
        assert asked.delay(fault(kind), 1, 0.0) is None


def test_no_try_begins_after_the_deadline():
    asked = policy(Clock(), retries=50, deadline_s=100)
    assert asked.delay(fault(FaultKind.BUSY, after_s=5), 9, 90.0) is not None
    assert asked.delay(fault(FaultKind.BUSY, after_s=15), 9, 90.0) is None


def test_what_the_endpoint_asks_of_one_request_all_of_them_heed():
    clock = Clock()
    asked = policy(clock)
    asked.start(1)
    asked.ended(clock.now, fault(FaultKind.BUSY, after_s=7.0))
    assert asked.start(1).until_s == NOON + 7
    clock.now += 7.01
    assert asked.start(1) is None
    asked.ended(clock.now, fault(FaultKind.LATER, until_s=NOON + 9000))
    assert asked.start(1).until_s == NOON + 9000


@pytest.mark.parametrize(
    ("hours", "zone", "opens"),
    [
        ("02:00-06:00", "UTC", "2026-11-23T02:00"),
        ("11:00-13:00", "UTC", None),
        ("22:00-06:00", "UTC", "2026-11-22T22:00"),
        ("02:00-06:00", "America/New_York", "2026-11-23T07:00"),
        ("06:00-08:00", "America/New_York", None),
    ],
)
def test_off_peak_hours(hours, zone, opens):
    pause = policy(Clock(), hours=hours, timezone=zone).start(1)
    if opens is None:
        assert pause is None
    else:
        assert datetime.fromtimestamp(pause.until_s, UTC) == datetime.fromisoformat(opens + "Z")


@pytest.mark.parametrize("wrong", [{"hours": "2-6"}, {"timezone": "Mars/Olympus"}])
def test_hours_and_zones_that_are_none_are_refused(wrong):
    with pytest.raises(ValueError, match=r"hours must be written as|it is not a time zone"):
        QuotaSettings(**wrong)
