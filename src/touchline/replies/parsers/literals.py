"""The reply holds Python literals: single quotes, None, True, tuples."""

import ast
import re
import warnings

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.objects.find_events import find_events
from touchline.replies.raw_events import RawEvent

_FLAT = re.compile(r"\{[^{}]*\}")
_OUTERMOST = re.compile(r"[\[{].*[\]}]", re.DOTALL)
_MAX_CHARACTERS = 4_000


def parse_literals(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of the whole literal, or of every flat object if no bracket is left open."""
    if "'" not in text or "{" not in text or len(text) > _MAX_CHARACTERS:
        return None
    outermost = _OUTERMOST.search(text)
    values = _values([outermost[0]]) if outermost else None
    if values is None:
        flat = _FLAT.findall(text)
        values = _values(flat) if len(flat) == text.count("{") else None
    return find_events(values, task, budget) if values else None


def _values(literals: list[str]) -> list[object] | None:
    """What Python literals stand for, or None if one of them is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes that Python does not know
            return [ast.literal_eval(one) for one in literals]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
