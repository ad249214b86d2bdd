"""The JSON schemas that answers must follow, for engines that can enforce one.

Strict schemas want an object at the top, every field required and no other field. An empty list of
events means that nothing happened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from touchline.games import TEAM_PAIRS


@dataclass(frozen=True, slots=True)
class AnswerSchema:
    """The form of the answers to a prompt.

    Attributes:
        name: one of `SCHEMA_NAMES`.
        classes: class names that an event may have.
        teams: names of teams that an event may have; () where it has none.
    """

    name: str
    classes: tuple[str, ...]
    teams: tuple[str, ...] = TEAM_PAIRS[0]

    def to_json(self) -> dict[str, Any]:
        """A JSON schema in the subset that strict structured output allows.

        >>> AnswerSchema("events", ("Goal",)).to_json()["required"]
        ['events']
        """
        return _SCHEMAS[self.name](self)


def _events(asked: AnswerSchema) -> dict[str, Any]:
    team = {"type": ["string", "null"], "enum": [*asked.teams, None]}
    event = _object(
        label={"type": "string", "enum": list(asked.classes)},
        **({"team": team} if asked.teams else {}),
        time={"type": "number", "description": "seconds from the start of the clip"},
        confidence={"type": "number", "description": "0.0 to 1.0"},
        details={"type": "string"},
    )
    return _object(events={"type": "array", "items": event})


def _match_context(_asked: AnswerSchema) -> dict[str, Any]:
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


EVENTS, MATCH_CONTEXT = "events", "match_context"

_SCHEMAS: dict[str, Callable[[AnswerSchema], dict[str, Any]]] = {
    EVENTS: _events,
    MATCH_CONTEXT: _match_context,
}

SCHEMA_NAMES = tuple(_SCHEMAS)
