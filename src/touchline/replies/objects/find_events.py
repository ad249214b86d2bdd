"""The events in a decoded value, however its objects and lists are nested."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.class_names import is_null, is_placeholder
from touchline.replies.cleaning.truncation import MAX_CHARACTERS
from touchline.replies.confidences import parse_confidence
from touchline.replies.grammar.assertions import denies, is_denied_name, is_zero, text_denies
from touchline.replies.grammar.keys import Role
from touchline.replies.grammar.vocabulary import name_rank
from touchline.replies.objects.class_maps import class_keys, read_class_map
from touchline.replies.objects.object_fields import (
    NO_CONTEXT,
    Context,
    Fields,
    are_moments,
    read_fields,
)
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.sentence_claims import read_sentences
from touchline.replies.sentences.sentence_fields import sentence_fields
from touchline.replies.teams import names_a_side

_MAX_TEXT = 400
_MAX_DEPTH = 20
_MOST_COLUMNS = 5
_UNKNOWN = 2
Inner = tuple[tuple[object, Context], ...]


class _Found(NamedTuple):
    """What a value says itself, and the values inside of it that are still to be visited."""

    events: Sequence[RawEvent] = ()
    says_none: bool = False
    inner: Inner = ()


_NOTHING_SAID = _Found()
_SAYS_NONE = _Found(says_none=True)


def find_events(
    value: object, task: Task, budget: Budget, context: Context = NO_CONTEXT, depth: int = 0
) -> list[RawEvent] | None:
    """The events in a decoded value.

    Args:
        value: the decoded JSON or literal.
        task: its names are events even without a key.
        budget: how many events to return, and how many values to visit.
        context: what the objects around the value say.
        depth: of wrappers around the value.

    Returns:
        The events in order; an empty list where the value says that there are none; None where
        it has no event at all, so that another parser may try.
    """
    events: list[RawEvent] = []
    says_none = False
    stack: list[tuple[object, Context]] = [(value, context)]
    while stack and len(events) < budget.max_events and budget.allows_value():
        here, context = stack.pop()
        found = _visited(here, task, budget, context, depth)
        events += found.events
        says_none = says_none or found.says_none
        if found.inner:
            stack.extend(reversed(found.inner))
    return events[: budget.max_events] if events else ([] if says_none else None)


def _visited(value: object, task: Task, budget: Budget, context: Context, depth: int) -> _Found:
    if isinstance(value, dict):
        return _in_object(value, task, budget, context, depth)
    if isinstance(value, list | tuple):
        return _in_list(value, task, context)
    if isinstance(value, str):
        return _SAYS_NONE if is_null(value) else _in_text(value, task, budget, context)
    return _SAYS_NONE if value is None else _NOTHING_SAID


def _in_list(values: Sequence[object], task: Task, context: Context) -> _Found:
    if row := read_row(values, task):
        return _Found([_in_context(row, context)])
    return _Found(says_none=not values, inner=tuple((one, context) for one in values))


def _in_object(
    values: dict[object, object], task: Task, budget: Budget, context: Context, depth: int
) -> _Found:
    fields = read_fields(values)
    label = _label(fields, task)
    name = label if isinstance(label, str) else None
    if name is not None and not fields.containers and not fields.rest:
        return _named(name, fields, task, context)
    around = fields.context(context)
    if Role.FINAL in fields.known:
        return _Found(inner=((fields.known[Role.FINAL], around),))
    if name is not None and name_rank(task, name) < _UNKNOWN:
        return _named(name, _with_nested(fields), task, context)
    inner = tuple(_inner(fields, label, around))
    if maps := class_keys(fields.rest, task):
        claimed = read_class_map(maps, around)
        return _Found(claimed, not claimed, inner)
    if name is not None:
        # What no class is called is often the name of a wrapper: "report_events".
        return _inside(inner, task, budget, depth) or _named(name, fields, task, around)
    return _Found(says_none=_says_none(fields, label, bool(inner)), inner=inner)


def _label(fields: Fields, task: Task) -> object:
    """Of the keys that may name the event, the value that is a name, else the first."""
    if len(fields.labels) <= 1:
        return fields.labels[0][1] if fields.labels else None

    def by_rank(one: tuple[int, object]) -> tuple[int, int]:
        rank, value = one
        return name_rank(task, value) if isinstance(value, str) else _UNKNOWN + 1, rank

    return min(fields.labels, key=by_rank)[1]


def _with_nested(fields: Fields) -> Fields:
    """The fields of an event, with those that are in an object inside: `"attributes": {…}`."""
    values = [*fields.containers, *(v for _, v in fields.rest), fields.known.get(Role.DETAILS)]
    for value in values:
        if not isinstance(value, dict):
            continue
        nested = read_fields(value)
        if not nested.labels:
            fields.times = fields.times or nested.times
            fields.known = nested.known | fields.known
    return fields


def _says_none(fields: Fields, label: object, has_more: bool) -> bool:
    """Whether an object without an event says that there is none."""
    known, rest = fields.known, fields.rest
    if Role.DENIED in known or any(is_null(key) and key and not denies(v) for key, v in rest):
        return True
    if has_more:
        return False
    if Role.ASSERTION in known:
        return denies(known[Role.ASSERTION])
    return denies(label) if fields.labels else not (known or rest or fields.times)


def _inside(inner: Inner, task: Task, budget: Budget, depth: int) -> _Found | None:
    """What the values inside of a wrapper say, or None where they say nothing about events."""
    if depth == _MAX_DEPTH:
        budget.leave_out(f"what is inside of {_MAX_DEPTH} other objects was not read")
        return None
    found = [find_events(one, task, budget, own, depth + 1) for one, own in inner]
    heard = [events for events in found if events is not None]
    events = [event for events in heard for event in events]
    return _Found(events, not events) if heard else None


def _named(label: str, fields: Fields, task: Task, context: Context) -> _Found:
    """An object that names an event."""
    if is_null(label) or (text_denies(label) and name_rank(task, label) != 0):
        return _SAYS_NONE
    known = fields.known
    if Role.ASSERTION in known and denies(known[Role.ASSERTION]):
        return _SAYS_NONE
    if "(" in label and is_denied_name(label):
        return _SAYS_NONE
    if any(_is_no(value) for value in fields.containers) or is_zero(known.get(Role.CONFIDENCE)):
        return _SAYS_NONE
    if is_placeholder(label):
        return _NOTHING_SAID
    if not fields.times and not context.times and isinstance(said := known.get(Role.DETAILS), str):
        context = context._replace(times=sentence_fields(said[:_MAX_TEXT]).times)
    return _Found(fields.events(label, "label", context))


def _is_no(value: object) -> bool:
    """Whether what stands under a key like "answer" is a plain no."""
    return value is False or (isinstance(value, str) and text_denies(value[:_MAX_TEXT]))


def _inner(fields: Fields, label: object, context: Context) -> list[tuple[object, Context]]:
    """The values inside of an object that may hold events."""
    inner: list[object] = []
    if isinstance(label, list | dict):
        inner.append(label)
    inner += fields.containers
    timed = _by_time(fields, context)
    if not timed:
        inner += [value for _, value in fields.rest if _may_hold_events(value)]
    asserted = fields.known.get(Role.ASSERTION)
    if isinstance(asserted, list | dict):
        inner.append(asserted)
    if not inner and isinstance(fields.known.get(Role.DRAFT), list | dict):
        inner.append(fields.known[Role.DRAFT])
    return [*(pair for one in inner for pair in _with_times(one, fields, context)), *timed]


def _with_times(inner: object, fields: Fields, context: Context) -> list[tuple[object, Context]]:
    """Names and, in a list beside them, as many moments: each name has its own."""
    moments = fields.times[0][1] if fields.times else None
    if (
        isinstance(inner, list)
        and isinstance(moments, list)
        and len(inner) == len(moments) > 1
        and all(isinstance(one, str) for one in inner)
    ):
        role = Role.FRAME if fields.times[0][0] is Role.FRAME else Role.TIME
        return [
            (one, context._replace(times=((role, moment),)))
            for one, moment in zip(inner, moments, strict=True)
        ]
    return [(inner, context)]


def _may_hold_events(value: object) -> bool:
    return isinstance(value, dict | list) or (
        isinstance(value, str) and value.lstrip()[:1] in ("{", "[")
    )


def _by_time(fields: Fields, context: Context) -> list[tuple[object, Context]]:
    """Values whose keys are moments."""
    keys = [key.strip() for key, _ in fields.rest]
    if fields.labels or not are_moments(keys):
        return []
    return [
        (value, context._replace(times=((Role.TIME, key),)))
        for key, (_, value) in zip(keys, fields.rest, strict=True)
    ]


def read_row(values: Sequence[object], task: Task) -> RawEvent | None:
    """The event of a list like `["Corner", 5.0, "home"]`, or None for other lists.

    The first number is the moment, a later one up to 1 the confidence.
    """
    if not 2 <= len(values) <= _MOST_COLUMNS or not isinstance(values[0], str | int | float):
        return None
    names = [v for v in values if isinstance(v, str) and v and name_rank(task, v) == 0]
    moments = [v for v in values if _is_moment(v)]
    if len(names) != 1 or not moments:
        return None
    if len(moments) > 1 and _is_index(values, moments[1], names[0]):
        moments = moments[1:]
    side = next((v for v in values if isinstance(v, str) and names_a_side(v)), None)
    confidence = next((v for v in moments[1:] if (parse_confidence(v) or 2) <= 1), None)
    return RawEvent(names[0], ((Role.TIME, moments[0]),), side, confidence, rule="row")


def _is_index(values: Sequence[object], next_moment: object, name: str) -> bool:
    """Whether a list begins with its own number, as `[2, "Goal", 20.0]`; not `[2, "Goal", 0.9]`."""
    return (
        str(values[0]).strip().isdecimal()
        and values[1] == name
        and (parse_confidence(next_moment) is None or _number(next_moment) > 1)
    )


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _is_moment(value: object) -> bool:
    if isinstance(value, str):
        return are_moments([value.strip()])
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_text(text: str, task: Task, budget: Budget, context: Context) -> _Found:
    """A text in the place of an event: a name, a null answer, JSON once more, or a sentence."""
    if text.lstrip()[:1] in ("{", "[") and len(text) <= MAX_CHARACTERS:
        try:
            return _Found(inner=((json.loads(text), context),))
        except (ValueError, RecursionError):
            return _NOTHING_SAID
    if name_rank(task, text) == 0:
        return _Found([_in_context(RawEvent(text, rule="name in a list"), context)])
    if not budget.allows_prose(len(text)):
        return _NOTHING_SAID
    claims = read_sentences(text, task, budget.max_events)
    events = [_in_context(one, context) for one in claims.events]
    return _Found(events, claims.says_none or text_denies(text))


def _in_context(event: RawEvent, context: Context) -> RawEvent:
    return event._replace(
        times=event.times or context.times,
        team=context.team if event.team is None else event.team,
        confidence=context.confidence if event.confidence is None else event.confidence,
    )
