"""The reply is a numbered or bulleted list, as Llama-3.2-Vision writes it."""

import re

from touchline.games import Task
from touchline.replies.parsers.prose import leading_name
from touchline.replies.parsers.sentence_fields import sentence_fields
from touchline.replies.raw_events import RawEvent

_ITEM = re.compile(
    r"^[ \t]{0,8}(?:\d{1,3}[.)]|[-*•+–])[ \t]+(.{1,400})$|^#{1,6}[ \t]+(.{1,200})$", re.MULTILINE
)


def parse_markdown(text: str, task: Task, limit: int) -> list[RawEvent] | None:
    """One event for each item that begins with the name of a class."""
    events = []
    for found in _ITEM.finditer(text):
        item = (found[1] or found[2]).replace("*", "").replace("`", "")
        if label := leading_name(item, task):
            events.append(RawEvent(label, sentence_fields(item)))
        if len(events) == limit:
            break
    return events or None
