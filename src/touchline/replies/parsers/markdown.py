"""The reply is a numbered or bulleted list, as Llama-3.2-Vision writes it."""

import re

from touchline.replies.detections import Claim
from touchline.replies.parsers.beside import beside
from touchline.replies.parsers.prose import named_first

_ITEM = re.compile(
    r"^[ \t]{0,8}(?:\d{1,3}[.)]|[-*•+–])[ \t]+(.{1,400})$|^#{1,6}[ \t]+(.{1,200})$", re.MULTILINE
)


def markdown(text: str, most: int) -> list[Claim] | None:
    """One event for each item that begins by naming a class.

    >>> found = markdown("1. **Foul** (home team) at 1.4 s: a late tackle\\n2. Nothing else", 10)
    >>> [(claim.label, claim.fields["time"]) for claim in found]
    [('Foul', '1.4')]
    """
    claims = []
    for found in _ITEM.finditer(text):
        item = (found[1] or found[2]).replace("*", "").replace("`", "")
        if label := named_first(item):
            claims.append(Claim(label, beside(item)))
        if len(claims) == most:
            break
    return claims or None
