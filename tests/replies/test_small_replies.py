"""Every way of putting an answer, by kind; see `small_replies.py`."""

import pytest

from tests.replies.small_replies import is_right, read_case, small_replies
from touchline.replies import Outcome

FILES = (
    *("handed", "seen", "unseen", "reviewed"),
    *("broken_seen", "broken_unseen", "broken_more"),
    *("fresh_seen", "fresh_unseen"),
)
KINDS = {
    *("denied", "class map", "no other events", "nothing", "reasoning", "wrapper", "time"),
    *("table", "said twice", "finish", "languages"),
}


@pytest.mark.parametrize(
    "case",
    [case for file in FILES for case in small_replies(file)],
    ids=lambda case: f"{case['kind']}: {case['reply'][:60]!r}",
)
def test_a_reply_is_read_as_it_is_meant(case):
    reading = read_case(case)
    assert is_right(case, reading), reading
    if reading.outcome in (Outcome.EVENTS, Outcome.NOTHING):
        assert reading.parser
    assert all(one.rule for one in reading.detections)


def test_every_kind_has_at_least_ten_replies_of_its_own():
    both = [*small_replies("seen"), *small_replies("unseen")]
    for kind in KINDS:
        assert sum(case["kind"] == kind for case in both) >= 10, kind
