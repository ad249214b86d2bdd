"""Objects whose keys are the names of classes: `{"Corner": [5.0, 20.0], "Goal": []}`."""

import re
from collections.abc import Sequence

from touchline.games import Task
from touchline.replies.grammar.assertions import denies, is_zero
from touchline.replies.grammar.keys import Role, plain_key
from touchline.replies.grammar.vocabulary import name_rank
from touchline.replies.objects.object_fields import Context, Fields, are_moments, read_fields
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.sentence_fields import sentence_fields
from touchline.replies.teams import names_a_side

CLASS_AS_KEY = "class as key"
_QUESTION = re.compile(
    r"^(?:is|has|was|any|detected|contains)(?: an?| there)? "
    r"| (?:detected|present|occurred|visible|seen|found|event|happened|observed)$"
)
_MAX_TEXT = 200
_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,6})?")
_CONFIDENCE = re.compile(r"\d{1,3}(?:\.\d+)? ?%|(?:very )?(?:high|low)|medium")


def class_keys(pairs: Sequence[tuple[str, object]], task: Task) -> list[tuple[str, object]]:
    """The pairs whose key is the name of a class, or asks about it: "is_goal", "goal_detected"."""
    found: list[tuple[str, object]] = []
    for key, value in pairs:
        if not key:
            continue
        if name_rank(task, key) == 0:
            found.append((key, value))
        elif (name := _QUESTION.sub("", plain_key(key))) and name_rank(task, name) == 0:
            found.append((name, value))
    return found


def read_class_map(pairs: Sequence[tuple[str, object]], context: Context) -> list[RawEvent]:
    """The events that a map of classes claims.

    A list holds moments. A number between 0 and 1 is a confidence, and 0 a denial; a larger number
    is a moment, unless whole numbers beside it show that the map counts. Text may be a yes or a
    no, a moment, a confidence, a side, or a sentence with those.

    Args:
        pairs: the names of classes, and what the map has for them.
        context: what the objects around the map say.
    """
    counts = any(type(value) is int and value in (0, 1) for _, value in pairs)
    events: list[RawEvent] = []
    for name, value in pairs:
        event = RawEvent(name, context.times, context.team, context.confidence, None, CLASS_AS_KEY)
        events += claims(event, value, counts)
    return events


def claims(event: RawEvent, value: object, counts: bool = False) -> list[RawEvent]:
    """The events that a value beside the name of a class claims.

    Args:
        event: the name, and what is known about the event without the value.
        value: beside the name.
        counts: whether a whole number is a count.

    >>> [one.times[0][1] for one in claims(RawEvent("Corner"), [5.0, "20 s"])]
    [5.0, '20']
    >>> claims(RawEvent("Goal"), "not visible"), claims(RawEvent("Goal"), 0.3)[0].confidence
    ([], 0.3)
    """
    if isinstance(value, list | tuple):
        return [one for item in value for one in _in_list(event, item)]
    if denies(value):
        return []
    if isinstance(value, bool):
        return [event]
    if isinstance(value, int | float):
        return [_with_number(event, value, counts)] if value > 0 else []
    if isinstance(value, dict):
        return _with_object(event, value)
    return _with_text(event, str(value)[:_MAX_TEXT], counts)


def _in_list(event: RawEvent, item: object) -> list[RawEvent]:
    if isinstance(item, bool) or item is None:
        return [event] if item else []
    if isinstance(item, int | float):
        return [event._replace(times=((Role.TIME, item),))]
    if isinstance(item, list | tuple):
        return [event._replace(times=((Role.RANGE, list(item)),))] if item else []
    if isinstance(item, str) and _NUMBER.fullmatch(item.strip()):
        return [event._replace(times=((Role.TIME, item),))]
    return claims(event, item)


def _with_number(event: RawEvent, number: float, counts: bool) -> RawEvent:
    if isinstance(number, float) and 0 < number <= 1:
        return event._replace(confidence=number)
    if isinstance(number, int) and (number == 1 or counts):
        return event
    return event._replace(times=((Role.TIME, number),))


def _with_object(event: RawEvent, value: dict[object, object]) -> list[RawEvent]:
    fields = read_fields(value)
    known = fields.known
    if Role.ASSERTION in known and denies(known[Role.ASSERTION]):
        return []
    if is_zero(known.get(Role.CONFIDENCE)) or all(_is_empty(one) for one in value.values()):
        return []
    context = Context(event.times, event.team, event.confidence)
    keyed = _by_side_or_time(event, fields)
    if keyed is not None:
        return keyed
    lists = [inner for inner in fields.containers if isinstance(inner, list)]
    if lists and not fields.times:
        return [one for inner in lists for item in inner for one in _in_list(event, item)]
    several = [value for role, value in fields.times if role is Role.SEVERAL_TIMES]
    if several and several[0] == []:
        return []
    return [one._replace(rule=event.rule) for one in fields.events(event.label, "", context)]


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list) and not value)


def _by_side_or_time(event: RawEvent, fields: Fields) -> list[RawEvent] | None:
    """The events of `{"home": [5.0], "away": []}` or `{"5.0": {…}}`, or None for other objects."""
    keys = [key for key, _ in fields.rest]
    if not keys:
        return None
    if all(names_a_side(key) for key in keys):
        sided = [(event._replace(team=key), value) for key, value in fields.rest]
    elif are_moments(keys):
        sided = [(event._replace(times=((Role.TIME, k),)), value) for k, value in fields.rest]
    else:
        return None
    return [one for known, value in sided for one in claims(known, value)]


def _with_text(event: RawEvent, text: str, counts: bool) -> list[RawEvent]:
    plain = text.strip()
    if _NUMBER.fullmatch(plain):
        return [_with_number(event, float(plain) if "." in plain else int(plain), counts)]
    if len(items := plain.split(",")) > 1 and are_moments([one.strip() for one in items]):
        return [event._replace(times=((Role.TIME, one.strip()),)) for one in items]
    if _CONFIDENCE.fullmatch(plain.casefold()):
        return [event._replace(confidence=plain)]
    if names_a_side(plain):
        return [event._replace(team=plain)]
    return [sentence_fields(plain).filled(event)]
