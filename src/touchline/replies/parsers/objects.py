"""The reply holds sound JSON objects or arrays among other text."""

import json
import re
from itertools import islice

from touchline.replies.detections import Claim, claims_in

_OPENING = re.compile(r"[{\[]")
_INNERMOST = re.compile(r"\{[^{}]*\}")
_MOST_WASTED = 100_000
"""Characters that may be read in vain: what is damaged everywhere is left to other readers."""

_COST_OF_A_TRY = 60
_MOST_VALUES = 2_000
"""Values that are looked at: a reply with more of them runs in a circle."""

_DECODER = json.JSONDecoder()


def objects(text: str, most: int) -> list[Claim] | None:
    """Events of every object or array, if no damaged object stands among them.

    >>> [claim.label for claim in objects('First {"label": "Foul"} then {"label": "Goal"}.', 10)]
    ['Foul', 'Goal']
    """
    if "{" not in text and "[" not in text:
        return None
    try:
        values = _values(text)
    except RecursionError:
        values = _innermost(text)
    return claims_in(values, most) if values else None


def _values(text: str) -> list[object] | None:
    """Every value in order; None as soon as an object turns out damaged."""
    values: list[object] = []
    wasted = 0
    place = 0
    while wasted < _MOST_WASTED and len(values) < _MOST_VALUES:
        opening = _OPENING.search(text, place)
        if opening is None:
            break
        start = opening.start()
        try:
            value, place = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            if opening[0] == "{":
                return None
            wasted += error.pos - start + _COST_OF_A_TRY
            place = start + 1
        except ValueError:  # a number of thousands of digits
            return None
        else:
            values.append(value)
    return [value for value in values if isinstance(value, dict) or _holds_objects(value)]


def _holds_objects(value: object) -> bool:
    """A list in prose is a claim only if it is empty or holds objects or names ("[1]" does not)."""
    return isinstance(value, list) and all(isinstance(item, dict | list | str) for item in value)


def _innermost(text: str) -> list[object] | None:
    """The objects without objects inside, of a text nested deeper than the decoder goes."""
    try:
        return [json.loads(found[0]) for found in islice(_INNERMOST.finditer(text), _MOST_VALUES)]
    except ValueError:
        return None
