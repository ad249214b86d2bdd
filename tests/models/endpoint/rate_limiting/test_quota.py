from bisect import bisect_left
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from touchline.models.endpoint.rate_limiting.quota import (
    ARRIVAL_SLACK_S,
    Quota,
    Rate,
    RequestHistory,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()

gaps = st.lists(st.floats(0, 40), min_size=1, max_size=120)
rates = st.builds(
    Rate,
    st.sampled_from([1.0, 10.0, 60.0]),
    requests=st.none() | st.integers(1, 12),
    tokens=st.none() | st.integers(100, 3000),
)


def sent(quota, gaps_s, tokens):
    """Times and tokens of a client that asks after each gap, and waits as it is told."""
    history, now, log = RequestHistory(), NOON, []
    for gap, size in zip(gaps_s, tokens, strict=True):
        now += gap
        while (free := history.free_at(quota, now, size)) > now:
            now = free
        history.add(now, 1, size)
        log.append((now, size))
    return log


@settings(max_examples=150, deadline=None)
@given(st.lists(rates, min_size=1, max_size=3), gaps, st.data())
def test_no_stretch_holds_more_than_its_limit(limits, gaps_s, data):
    tokens = data.draw(
        st.lists(st.integers(1, 900), min_size=len(gaps_s), max_size=len(gaps_s)), "tokens"
    )
    log = sent(Quota(tuple(limits)), gaps_s, tokens)
    times = [at for at, _ in log]
    for rate in limits:
        for last, (at, _) in enumerate(log):
            first = bisect_left(times, at - rate.length_s)
            held = log[first : last + 1]
            assert rate.requests is None or len(held) <= rate.requests
            total = sum(size for _, size in held)
            assert rate.tokens is None or total <= rate.tokens or len(held) == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12))
def test_a_limit_is_used_to_the_full(most):
    log = sent(Quota((Rate(10.0, most),)), [0.0] * (3 * most), [0] * (3 * most))
    assert log[-1][0] - log[0][0] <= 2 * (10.0 + ARRIVAL_SLACK_S) + 1e-6


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5),
    st.sampled_from(["UTC", "America/Los_Angeles", "Asia/Kolkata"]),
    st.lists(st.floats(0, 30_000), min_size=1, max_size=60),
)
def test_no_calendar_day_holds_more_than_its_limit(per_day, zone, gaps_s):
    log = sent(Quota((), per_day, ZoneInfo(zone)), gaps_s, [0] * len(gaps_s))
    days = [datetime.fromtimestamp(at, ZoneInfo(zone)).date() for at, _ in log]
    assert max(days.count(day) for day in days) <= per_day


def test_a_day_that_is_spent_ends_at_midnight_of_its_zone():
    history = RequestHistory()
    history.add(NOON, 1, 0)
    free = history.free_at(Quota((), 1, ZoneInfo("America/Los_Angeles")), NOON + 1, 0)
    there = datetime.fromtimestamp(free, ZoneInfo("America/Los_Angeles"))
    assert (there.day, there.hour, there.minute) == (23, 0, 0)


@pytest.mark.parametrize("offset_s", [-6, -4, -1, 0, 1, 4, 6])
def test_a_day_holds_no_more_whatever_a_few_seconds_of_difference_between_clocks(offset_s):
    midnight = NOON + 12 * 3600
    history, quota, sent_at, now = RequestHistory(), Quota((), 3), [], midnight - 20
    while now < midnight + 20:
        if history.free_at(quota, now, 0) <= now:
            history.add(now, 1, 0)
            sent_at.append(now)
        now += 1
    for day in (midnight - 86_400, midnight):
        theirs = [at for at in sent_at if day <= at + offset_s / 1.5 < day + 86_400]
        assert len(theirs) <= 3
    assert len(sent_at) == 6


def test_what_one_request_has_too_many_tokens_for_is_sent_alone():
    quota, history = Quota((Rate(60, tokens=100),)), RequestHistory()
    assert history.free_at(quota, NOON, 500) <= NOON
    history.add(NOON, 1, 500)
    assert history.free_at(quota, NOON + 1, 500) == NOON + 60 + ARRIVAL_SLACK_S
