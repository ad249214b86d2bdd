"""The reply holds damaged or truncated JSON, which the library `json-repair` repairs."""

import re

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.objects.find_events import find_events
from touchline.replies.raw_events import RawEvent

_PIECE = re.compile(r"\{[^{]*")
_QUOTES = frozenset("‘’‚‛“”„`´«»")
_MAX_PIECE = 2_000
_MAX_PIECES = 500
_MAX_CHARACTERS = 12_000
"""Characters that are repaired, in about 10 ms. A longer reply goes to the parser `fields`."""


def parse_repaired_json(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of every object, repaired one by one so that one bad quote spoils only one event."""
    if "{" not in text or ":" not in text or len(text) > _MAX_CHARACTERS:
        return None
    pieces = [found[0].rstrip(" \t\r\n,]") for found in _PIECE.finditer(text)]
    if len(pieces) > _MAX_PIECES or max(len(piece) for piece in pieces) > _MAX_PIECE:
        return None
    import json_repair

    try:
        values = [json_repair.loads(piece, skip_json_loads=True) for piece in pieces]
    except (ValueError, RecursionError):
        return None
    objects = [value for value in values if isinstance(value, dict) and value]
    if any(_QUOTES.intersection(str(key)) for one in objects for key in one):
        return None  # quotes that JSON does not know, taken for a part of the key
    return find_events(objects, task, budget) if objects else None
