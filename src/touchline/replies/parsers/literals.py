"""The reply holds Python literals: single quotes, None, True, tuples."""

import ast
import re
import warnings

from touchline.replies.detections import Claim, claims_in

_OBJECT = re.compile(r"\{[^{}]*\}")
_LONGEST = 4_000


def literals(text: str, most: int) -> list[Claim] | None:
    """Events of every flat object, if each reads as a Python literal and nothing is left open.

    >>> literals("{'label': 'Goal', 'team': None}", 10)[0].fields["team"] is None
    True
    """
    if "'" not in text or "{" not in text or len(text) > _LONGEST:
        return None
    found = _OBJECT.findall(text)
    if not found or len(found) != text.count("{"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that Python does not know
            values = [ast.literal_eval(item) for item in found]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return claims_in(values, most)
