"""The reply still shows keys and values, though its structure is broken."""

import re

from touchline.games import Task
from touchline.replies.class_names import PLACEHOLDERS, is_null, normalized
from touchline.replies.raw_events import RawEvent

_QUOTES = "\"'`´‘’‚‛“”„«»*\\\\"
_PAIR = re.compile(
    rf"[{_QUOTES}]{{0,6}}\b(label|event(?:[ _](?:type|label))?|team|side|time(?:stamp)?|seconds"
    rf"|frame|confidence)\b(?:[{_QUOTES}]{{0,6}}\s{{0,3}}[:=：]|[{_QUOTES}]{{1,6}}(?=\s))"
    rf"\s{{0,3}}[{_QUOTES}]{{0,6}}([^{_QUOTES}{{}}\[\],;\r\n]{{0,80}})",
    re.IGNORECASE,
)
_STARTS = ("label", "event", "event_type", "event_label")


def parse_fields(text: str, _task: Task, limit: int) -> list[RawEvent] | None:
    """One event for each `label: …`, with the fields that follow it up to the next."""
    events: list[RawEvent] = []
    says_none = False
    for found in _PAIR.finditer(text):
        key = found[1].casefold().replace(" ", "_")
        value = found[2].strip()
        if key in _STARTS:
            if is_null(value):
                says_none = True
            elif normalized(value) not in PLACEHOLDERS:
                if len(events) == limit:
                    break
                events.append(RawEvent(value, {}))
        elif events and key not in events[-1].fields:
            events[-1] = RawEvent(events[-1].label, {**events[-1].fields, key: value})
    return events if events else ([] if says_none else None)
