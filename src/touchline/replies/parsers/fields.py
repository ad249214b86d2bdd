"""The reply still shows keys and values, though nothing of its structure can be trusted."""

import re

from touchline.replies.detections import Claim
from touchline.replies.labels import PLACEHOLDERS, folded, is_null

_QUOTES = "\"'`´‘’‚‛“”„«»*\\\\"
_PAIR = re.compile(
    rf"[{_QUOTES}]{{0,6}}\b(label|event(?:[ _](?:type|label))?|team|side|time(?:stamp)?|seconds"
    rf"|frame|confidence)\b(?:[{_QUOTES}]{{0,6}}\s{{0,3}}[:=：]|[{_QUOTES}]{{1,6}}(?=\s))"
    rf"\s{{0,3}}[{_QUOTES}]{{0,6}}([^{_QUOTES}{{}}\[\],;\r\n]{{0,80}})",
    re.IGNORECASE,
)
_STARTS = ("label", "event", "event_type", "event_label")


def fields(text: str, most: int) -> list[Claim] | None:
    """One event for each `label: …`, with the fields that follow it up to the next.

    >>> [claim.label for claim in fields("label: Foul, team: home; label=Corner", 10)]
    ['Foul', 'Corner']
    """
    claims: list[Claim] = []
    nothing = False
    for found in _PAIR.finditer(text):
        key = found[1].casefold().replace(" ", "_")
        value = found[2].strip()
        if key in _STARTS:
            if is_null(value):
                nothing = True
            elif folded(value) not in PLACEHOLDERS:
                if len(claims) == most:
                    break
                claims.append(Claim(value, {}))
        elif claims and key not in claims[-1].fields:
            claims[-1] = Claim(claims[-1].label, {**claims[-1].fields, key: value})
    return claims if claims else ([] if nothing else None)
