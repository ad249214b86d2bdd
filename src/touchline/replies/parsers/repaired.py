"""The reply holds damaged or cut JSON, which the `json-repair` library mends object by object."""

import re

from touchline.replies.detections import Claim, claims_in

_PIECE = re.compile(r"\{[^{]*")
_LONGEST_PIECE = 2_000
_MOST = 12_000
"""Characters that are mended: about 10 ms. What is longer goes to the `fields` reader."""


def repaired(text: str, most: int) -> list[Claim] | None:
    """Events of every object, mended one by one so that one bad quote spoils one event only.

    >>> repaired('[{"label": "Foul", "team": "home"}, {"label": "Goal" "team": "aw', 10)[1].label
    'Goal'
    """
    if "{" not in text or ":" not in text or len(text) > _MOST:
        return None
    pieces = [found[0].rstrip(" \t\r\n,]") for found in _PIECE.finditer(text)]
    if max(len(piece) for piece in pieces) > _LONGEST_PIECE:
        return None
    import json_repair

    try:
        values = [json_repair.loads(piece, skip_json_loads=True) for piece in pieces]
    except (ValueError, RecursionError):
        return None
    whole = [value for value in values if isinstance(value, dict) and value]
    return claims_in(whole, most) if whole else None
