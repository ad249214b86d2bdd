"""The JSON schema that an answer to a prompt must keep to, for endpoints that can be bound to one.

Strict schemas want an object at the top, every field required and no other field. An empty list of
events says that nothing happened.
"""

from collections.abc import Mapping
from typing import Any

from touchline.games import CLASSES

_CONTEXT = "context"


def answer_schema(template: str) -> tuple[str, dict[str, Any]]:
    """The schema for a template's answers, with a name for it.

    Args:
        template: name of the template. The built-in ones that ask for the match context begin
            with "context"; all others ask for events.

    Returns:
        Its name, and a JSON schema in the subset that strict structured output allows.

    >>> answer_schema("base.v1")[0]
    'events'
    """
    return (
        ("match_context", _match_context())
        if template.startswith(_CONTEXT)
        else (
            "events",
            _events(),
        )
    )


def _events() -> dict[str, Any]:
    event = _object(
        label={"type": "string", "enum": list(CLASSES)},
        team={"type": ["string", "null"], "enum": ["home", "away", None]},
        time={"type": "number", "description": "seconds from the start of the clip"},
        confidence={"type": "number", "description": "0.0 to 1.0"},
        details={"type": "string"},
    )
    return _object(events={"type": "array", "items": event})


def _match_context() -> dict[str, Any]:
    text = {"type": ["string", "null"]}
    side = _object(team=text, kit=text)
    return _object(home=side, away=side)


def _object(**fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(fields),
        "required": list(fields),
        "additionalProperties": False,
    }
