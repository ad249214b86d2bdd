"""Events as a reply names them: a name, and whatever fields are beside it."""

from collections.abc import Mapping
from typing import NamedTuple

from touchline.games import Task
from touchline.replies.class_names import is_null

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
_MAX_VALUES = 20_000
_MAX_NAME = 80


class RawEvent(NamedTuple):
    """One event as the reply has it, before it is interpreted.

    Attributes:
        label: the name of the event, as it was written.
        fields: what else the reply says about it, by key in lower case.
    """

    label: str
    fields: Mapping[str, object]


def find_events(value: object, task: Task, limit: int) -> list[RawEvent] | None:
    """The events in a decoded value, however it nests them.

    Args:
        value: the decoded JSON or literal.
        task: its class names are events even without a key.
        limit: the largest number of events to return.

    Returns:
        The events in order; an empty list where the value says that there are none; None where
        it has no event at all, so that another parser may try.
    """
    events: list[RawEvent] = []
    says_none = False
    stack = [value]
    visited = 0
    while stack and len(events) < limit and visited < _MAX_VALUES:
        visited += 1
        here = stack.pop()
        if isinstance(here, dict):
            fields = {str(key).strip().casefold().replace(" ", "_"): here[key] for key in here}
            found = _in_object(fields, task)
            events.extend(found.events)
            says_none = says_none or found.says_none
            stack.extend(reversed(found.inner))
        elif isinstance(here, list | tuple):
            says_none = says_none or not here
            stack.extend(reversed(here[:_MAX_VALUES]))
        elif here is None:
            says_none = True
        elif isinstance(here, str):
            if is_null(here):
                says_none = True
            elif task.canonical_class(here[:_MAX_NAME]):
                events.append(RawEvent(here, {}))
    return events[:limit] if events else ([] if says_none else None)


class _Found(NamedTuple):
    events: list[RawEvent]
    says_none: bool
    inner: list[object]


def _in_object(fields: dict[str, object], task: Task) -> _Found:
    for key in LABEL_KEYS:
        if key not in fields:
            continue
        label = fields[key]
        if isinstance(label, str):
            return (
                _Found([], True, [])
                if is_null(label)
                else _Found([RawEvent(label, fields)], False, [])
            )
        if label is None:
            return _Found([], True, [])
        if isinstance(label, list) and label and all(isinstance(name, str) for name in label):
            names = [name for name in label if not is_null(name)]
            return _Found([RawEvent(name, fields) for name in names], not names, [])
    if not fields:
        return _Found([], True, [])
    by_name = [
        RawEvent(key, value if isinstance(value, dict) else {})
        for key, value in fields.items()
        if value not in (None, False, 0, "") and task.canonical_class(key[:_MAX_NAME])
    ]
    if by_name:
        return _Found(by_name, False, [])
    inner: list[object] = [value for value in fields.values() if isinstance(value, dict | list)]
    return _Found([], False, inner)
