"""The reply holds valid JSON objects or arrays among other text."""

import json
import re
from itertools import islice

from touchline.games import Task
from touchline.replies.budget import MAX_VALUES, Budget
from touchline.replies.objects.find_events import find_events
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.sentence_claims import read_sentences

_OPENING = re.compile(r"[{\[]")
_INNERMOST = re.compile(r"\{[^{}]*\}")
_MAX_WASTED = 100_000
"""Characters that may be read in vain: a text damaged everywhere is left to other parsers."""

_MAX_AROUND = 4_000
_COST_PER_ATTEMPT = 60
_DECODER = json.JSONDecoder()


def parse_json_in_prose(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of every object or array, if none of the objects is damaged."""
    if "{" not in text and "[" not in text:
        return None
    try:
        values = _values(text, budget)
    except RecursionError:
        values = _innermost(text, budget)
    events = find_events(values, task, budget) if values else None
    if events == [] and len(text) <= _MAX_AROUND and not any(values or ()):
        # "Corner: 5.0, Goal: []": the text around empty lists may claim what they do not.
        return None if read_sentences(text, task, 1).events else events
    return events


def _values(text: str, budget: Budget) -> list[object] | None:
    """Every value in order; None as soon as an object is damaged."""
    values: list[object] = []
    wasted = 0
    place = 0
    while opening := _OPENING.search(text, place):
        if wasted >= _MAX_WASTED or len(values) >= MAX_VALUES:
            budget.leave_out(f"what follows character {place:,} was not read")
            break
        start = opening.start()
        try:
            value, place = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            if opening[0] == "{":
                return None
            wasted += error.pos - start + _COST_PER_ATTEMPT
            place = start + 1
        except ValueError:  # a number of thousands of digits
            return None
        else:
            if start == 0 and place == len(text):
                return None  # the parser of whole JSON has read it in vain
            values.append(value)
    return [value for value in values if isinstance(value, dict) or _holds_objects(value)]


def _holds_objects(value: object) -> bool:
    """A list in prose counts only if it is empty or holds objects or names ("[1]" does not)."""
    return isinstance(value, list) and all(isinstance(item, dict | list | str) for item in value)


def _innermost(text: str, budget: Budget) -> list[object] | None:
    """The innermost objects of a text that is nested too deep for the decoder."""
    budget.leave_out("it is nested too deep: only the innermost objects were read")
    try:
        return [json.loads(found[0]) for found in islice(_INNERMOST.finditer(text), MAX_VALUES)]
    except ValueError:
        return None
