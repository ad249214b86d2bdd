"""The reply holds its JSON in Markdown fences, one or several."""

import json
import re

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.objects.find_events import find_events
from touchline.replies.raw_events import RawEvent

_FENCE = "```"
_LANGUAGE = re.compile(r"[a-z0-9]{0,12}[ \t]*(?=[\r\n{\[]|$)", re.IGNORECASE)


def parse_fenced_json(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of every fenced block, if all blocks that are not empty hold valid JSON."""
    if _FENCE not in text:
        return None
    blocks = [block for block in text.split(_FENCE)[1::2] if block.strip()]
    if text.count(_FENCE) % 2 or not blocks:
        return None
    try:
        values = [json.loads(_without_language(block)) for block in blocks]
    except (ValueError, RecursionError):
        return None
    return find_events(values if len(values) > 1 else values[0], task, budget)


def _without_language(block: str) -> str:
    found = _LANGUAGE.match(block)
    return block[found.end() :] if found else block
