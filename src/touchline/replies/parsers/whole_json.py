"""The whole reply is one JSON value."""

import json

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.objects.find_events import find_events
from touchline.replies.raw_events import RawEvent


def parse_whole_json(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of a reply that is JSON from its first character to its last."""
    if text[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return find_events(value, task, budget)
