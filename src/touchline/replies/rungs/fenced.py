"""The reply holds its JSON in Markdown fences, one or several."""

import json
import re

from touchline.replies.claims import Claim, claims_in

_FENCE = re.compile(
    r"```[ \t]*(?:json[lc5]?|python|javascript|js)?[ \t]*\r?\n?(.*?)```", re.DOTALL | re.I
)


def fenced(text: str, most: int) -> list[Claim] | None:
    r"""Events of every fenced block, if all blocks that are not empty hold sound JSON.

    >>> fenced('Here you are:\n```json\n[{"label": "Goal"}]\n```', 10)[0].label
    'Goal'
    """
    if "```" not in text:
        return None
    blocks = [block for block in _FENCE.findall(text) if block.strip()]
    try:
        values = [json.loads(block) for block in blocks]
    except (ValueError, RecursionError):
        return None
    return claims_in(values, most) if values else None
