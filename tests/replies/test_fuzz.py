"""Whatever the text, there is exactly one reading, and it keeps its promises."""

import random

from hypothesis import given, settings, strategies as st

from tests.replies.damaged_replies import REWRITTEN, WINDOW, some_events
from touchline.games import SOCCERNET_V2
from touchline.replies import Outcome, parse_reply

PIECES = st.sampled_from(
    [*"{}[]\"'`:,\\\n\t .-*#<>", "```json", "label", "Goal", "Foul", "None", "team", "time", "1.4",
     "<think>", "</think>", "frame 3", "00:12", "-1e999", "null", "\ud83d", "裁判", "\x00", "%"]
)  # fmt: skip
REASONS = st.sampled_from([None, "stop", "length", "MAX_TOKENS", "content_filter", "odd"])


def _check(text: str, reason: str | None) -> None:
    reading = parse_reply(text, reason, WINDOW, SOCCERNET_V2)
    assert reading.outcome in Outcome
    assert reading.outcome is not Outcome.FAILED
    if reading.detections:
        assert reading.outcome in (Outcome.EVENTS, Outcome.TRUNCATED)
        assert reading.parser is not None
    for one in reading.detections:
        assert one.label is None or one.label in SOCCERNET_V2.classes
        assert WINDOW.start_ms <= one.position_ms <= WINDOW.end_ms
        assert one.team in ("home", "away", None)
        assert one.confidence is None or 0 <= one.confidence <= 1
    assert parse_reply(text, reason, WINDOW, SOCCERNET_V2) == reading


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), REASONS)
def test_any_text(text: str, reason: str | None) -> None:
    _check(text, reason)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), REASONS)
def test_any_pieces_of_replies(text: str, reason: str | None) -> None:
    _check(text, reason)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(sorted(REWRITTEN.keys() - {"long details"})),
    st.integers(0, 10**6),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4), PIECES), max_size=8),
    REASONS,
)
def test_any_mutation_of_a_reply(
    way: str, seed: int, edits: list[tuple[float, int, str]], reason: str | None
) -> None:
    if way.startswith("a megabyte"):
        return
    text = REWRITTEN[way](some_events(random.Random(seed)))
    for place, drop, piece in edits:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + drop :]
    _check(text, reason)
