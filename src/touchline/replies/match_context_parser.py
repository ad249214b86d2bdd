"""Reading what a model reports about the teams in the first seconds of a match."""

from typing import Any

import json_repair

from touchline.prompts import MatchContext, Side

_UNKNOWN = ("", "null", "none", "unknown", "n/a")
_MAX_CHARACTERS = 80
"""Of a team's name or kit that goes into later prompts; a model's text is not trusted."""


def read_match_context(text: str) -> MatchContext | None:
    """Teams and kits from a reply to the context prompt, or None where it cannot be read.

    >>> read_match_context('{"home": {"team": "Leeds", "kit": null}, "away": {}}')
    MatchContext(home=Side(team='Leeds', kit=None), away=Side(team=None, kit=None))
    """
    start = text.find("{")
    if start < 0:
        return None
    values = json_repair.loads(text[start:])
    if not isinstance(values, dict) or not {"home", "away"} & values.keys():
        return None
    return MatchContext(home=_side(values.get("home")), away=_side(values.get("away")))


def _side(values: Any) -> Side:
    if not isinstance(values, dict):
        return Side()
    return Side(team=_plain_text(values.get("team")), kit=_plain_text(values.get("kit")))


def _plain_text(value: Any) -> str | None:
    """One line of plain text, or None for the many ways to say that it is unknown."""
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    return None if text.casefold() in _UNKNOWN else text[:_MAX_CHARACTERS]
