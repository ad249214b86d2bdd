"""What the readers hand on: a name, and whatever fields stood beside it."""

from collections.abc import Mapping
from typing import NamedTuple

from touchline.games import canonical_class
from touchline.replies.labels import is_null

LABEL_KEYS = (
    "label",
    "event",
    "event_type",
    "eventtype",
    "event_label",
    "type",
    "action",
    "class",
    "category",
    "name",
)
_MOST_VALUES = 20_000


class Claim(NamedTuple):
    """One event as the reply has it, before anything is made of it.

    Attributes:
        label: the name of the event, as it was written.
        fields: what else the reply says of it, by key in lower case.
    """

    label: str
    fields: Mapping[str, object]


def claims_in(value: object, most: int) -> list[Claim] | None:
    """The events in a decoded value, however it nests them.

    Args:
        value: what a JSON or literal reader made of the text.
        most: how many events are read before the rest is left.

    Returns:
        The events in order; an empty list where the value says that there are none; None where
        it speaks of no event at all, so that another reader may try.
    """
    claims: list[Claim] = []
    nothing = False
    waiting = [value]
    seen = 0
    while waiting and len(claims) < most and seen < _MOST_VALUES:
        seen += 1
        here = waiting.pop()
        if isinstance(here, dict):
            fields = {str(key).strip().casefold().replace(" ", "_"): here[key] for key in here}
            found = _of_object(fields)
            claims.extend(found.claims)
            nothing = nothing or found.nothing
            waiting.extend(reversed(found.inner))
        elif isinstance(here, list | tuple):
            nothing = nothing or not here
            waiting.extend(reversed(here[:_MOST_VALUES]))
        elif here is None:
            nothing = True
        elif isinstance(here, str):
            if is_null(here):
                nothing = True
            elif canonical_class(here[:80]):
                claims.append(Claim(here, {}))
    return claims[:most] if claims else ([] if nothing else None)


class _Found(NamedTuple):
    claims: list[Claim]
    nothing: bool
    inner: list[object]


def _of_object(fields: dict[str, object]) -> _Found:
    for key in LABEL_KEYS:
        if key not in fields:
            continue
        named = fields[key]
        if isinstance(named, str):
            return (
                _Found([], True, [])
                if is_null(named)
                else _Found([Claim(named, fields)], False, [])
            )
        if named is None:
            return _Found([], True, [])
        if isinstance(named, list) and named and all(isinstance(name, str) for name in named):
            names = [name for name in named if not is_null(name)]
            return _Found([Claim(name, fields) for name in names], not names, [])
    if not fields:
        return _Found([], True, [])
    by_name = [
        Claim(key, value if isinstance(value, dict) else {})
        for key, value in fields.items()
        if value not in (None, False, 0, "") and canonical_class(key[:80])
    ]
    if by_name:
        return _Found(by_name, False, [])
    inner: list[object] = [value for value in fields.values() if isinstance(value, dict | list)]
    return _Found([], False, inner)
