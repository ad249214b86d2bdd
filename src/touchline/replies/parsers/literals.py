"""The reply holds Python literals: single quotes, None, True, tuples."""

import ast
import re
import warnings

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.objects.find_events import find_events
from touchline.replies.raw_events import RawEvent

_OBJECT = re.compile(r"\{[^{}]*\}")
_MAX_CHARACTERS = 4_000


def parse_literals(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of every flat object, if each is a Python literal and no bracket is left open."""
    if "'" not in text or "{" not in text or len(text) > _MAX_CHARACTERS:
        return None
    found = _OBJECT.findall(text)
    if not found or len(found) != text.count("{"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes that Python does not know
            values = [ast.literal_eval(item) for item in found]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return find_events(values, task, budget)
