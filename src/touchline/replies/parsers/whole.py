"""The whole reply is one JSON value."""

import json

from touchline.replies.detections import Claim, claims_in


def whole(text: str, most: int) -> list[Claim] | None:
    """Events of a reply that is JSON from its first character to its last.

    >>> whole('{"label": "Goal"}', 10)[0].label
    'Goal'
    """
    if text[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return claims_in(value, most)
