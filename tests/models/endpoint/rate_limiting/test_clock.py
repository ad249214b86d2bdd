"""A clock that was ahead for a while does not block a quota until then."""

from datetime import UTC, datetime

from touchline.models.endpoint.rate_limiting.ledger import Ledger
from touchline.models.endpoint.rate_limiting.quota import Quota, Rate

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
QUOTA = Quota((Rate(60.0, 2),))


def test_what_was_sent_at_a_time_to_come_counts_as_sent_now(tmp_path):
    ahead = Ledger(QUOTA, tmp_path)
    for number in range(2):
        assert ahead.take(NOON + 5 * 3600 + number, 0) <= NOON + 5 * 3600 + number
    for ledger in (ahead, Ledger(QUOTA, tmp_path)):  # in the same process, and in the next
        assert NOON < ledger.take(NOON, 0) <= NOON + 61


def test_limits_hold_after_the_clock_was_set_right(tmp_path):
    ledger = Ledger(QUOTA, tmp_path)
    ledger.take(NOON + 3600, 0)
    assert ledger.take(NOON, 0) <= NOON
    assert ledger.take(NOON + 1, 0) > NOON + 1
    assert ledger.take(NOON + 62, 0) <= NOON + 62
