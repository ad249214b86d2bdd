"""The fields of an object by what they mean, whatever their keys are called."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from touchline.replies.grammar.keys import TIMES, Role, key_meaning
from touchline.replies.raw_events import RawEvent
from touchline.replies.teams import names_a_side

_ORDER = {role: number for number, role in enumerate(TIMES)}
_TIME_KEY = re.compile(
    r"(?:t ?[=:]? ?|at |second |frames?[ _#-]*)?\d{1,6}(?:[.,:]\d{1,6}){0,3} ?(?:s|sec|seconds?)?"
    r"(?: ?(?:-|–|to) ?\d{1,6}(?:[.,:]\d{1,6}){0,3} ?(?:s|sec|seconds?)?)?",
    re.IGNORECASE,
)
_INDEX = re.compile(r"\d{1,4}")
_OF_A_MOMENT = frozenset(TIMES) - {Role.RANGE}


class Context(NamedTuple):
    """What an object around an event says about it, where the event itself says nothing.

    Attributes:
        times: the roles and values of keys that say when.
        team: or None.
        confidence: or None.
    """

    times: tuple[tuple[Role, object], ...] = ()
    team: object = None
    confidence: object = None


NO_CONTEXT = Context()


@dataclass(slots=True)
class Fields:
    """An object's values by the meaning of their keys.

    Attributes:
        labels: rank and value of each key that may name the event.
        times: role and value of each key that says when, in the order in which they are tried.
        known: other values by their role.
        containers: values that hold events.
        rest: keys without a meaning, and their values.
        has_end: whether the times are the ends of a range.
    """

    labels: list[tuple[int, object]]
    times: list[tuple[Role, object]]
    known: dict[Role, object]
    containers: list[object]
    rest: list[tuple[str, object]]
    has_end: bool

    def event(self, label: str, rule: str, context: Context = NO_CONTEXT) -> RawEvent:
        """The event of a name with these fields."""
        get = self.known.get
        team, confidence = get(Role.TEAM), get(Role.CONFIDENCE)
        return RawEvent(
            label,
            tuple(self.times) or context.times,
            context.team if team is None else team,
            context.confidence if confidence is None else confidence,
            get(Role.DETAILS),
            rule,
        )

    def events(self, label: str, rule: str, context: Context = NO_CONTEXT) -> list[RawEvent]:
        """The same; one event for each moment where a key in the plural lists several."""
        event = self.event(label, rule, context)
        if self.times and self.times[0][0] is Role.SEVERAL_TIMES:
            moments = self.times[0][1]
            if isinstance(moments, list) and len(moments) > 1:
                return [event._replace(times=((Role.TIME, moment),)) for moment in moments]
        return [event]

    def context(self, outer: Context) -> Context:
        """What these fields say about events inside of the object.

        The ends of a range are those of the clip, not of an event in it.
        """
        get = self.known.get
        times = () if self.has_end else tuple(t for t in self.times if t[0] in _OF_A_MOMENT)
        team, confidence = get(Role.TEAM), get(Role.CONFIDENCE)
        if not times and team is None and confidence is None:
            return outer
        return Context(
            times or outer.times,
            outer.team if team is None else team,
            outer.confidence if confidence is None else confidence,
        )


def read_fields(values: Mapping[object, object]) -> Fields:
    """The fields of an object.

    >>> found = read_fields({"eventType": "Foul", "time_sec": 1.4, "Side": "home"})
    >>> found.labels[0][1], found.times, found.known
    ('Foul', [(<Role.TIME: 'time'>, 1.4)], {<Role.TEAM: 'team'>: 'home'})
    """
    labels: list[tuple[int, object]] = []
    times: list[tuple[int, int, Role, object]] = []
    known: dict[Role, object] = {}
    ranks: dict[Role, int] = {}
    containers: list[object] = []
    rest: list[tuple[str, object]] = []
    has_end = False
    for key, value in values.items():
        meaning = key_meaning(key) if type(key) is str else None
        if meaning is None:
            rest.append((key if isinstance(key, str) else str(key)[:48], value))
            continue
        role, rank = meaning
        if role is Role.LABEL:
            labels.append((rank, value))
        elif role in _ORDER:
            if role is Role.TIME and isinstance(value, str) and names_a_side(value):
                known[Role.TEAM] = value  # in Portuguese, a "time" is a team
                ranks[Role.TEAM] = rank
            elif value is not None and value != "":
                times.append((_ORDER[role], rank, role, value))
        elif role is Role.CONTAINER:
            containers.append(value)
        elif role is Role.END:
            has_end = True
        elif value is not None and (role not in known or rank < ranks[role]):
            ranks[role] = rank
            known[role] = value
    if len(times) > 1:
        times.sort(key=lambda one: one[:2])
    moments = [(role, value) for _, _, role, value in times]
    fields = Fields(labels, moments, known, containers, rest, has_end)
    if Role.MINUTE in known:
        _join_minute(fields)
    return fields


def _join_minute(fields: Fields) -> None:
    """A minute, and the second beside it, as a clock."""
    minute = fields.known[Role.MINUTE]
    second = next((value for role, value in fields.times if role is Role.TIME), 0)
    if _is_number(minute, 200) and _is_number(second, 60):
        fields.times.insert(0, (Role.TIME, f"{int(float(str(minute)))}:{float(str(second)):05.2f}"))


def _is_number(value: object, limit: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return 0 <= float(value) < limit
    except (ValueError, OverflowError):
        return False


def are_moments(keys: Sequence[str]) -> bool:
    """Whether texts are moments; those that count from 0 or 1 are the numbers of a list.

    >>> are_moments(["1.4"]), are_moments(["0:05", "frame 8"]), are_moments(["1", "2"])
    (True, True, False)
    """
    if not keys or not all(_TIME_KEY.fullmatch(key) for key in keys):
        return False
    numbers = [int(key) for key in keys if _INDEX.fullmatch(key)]
    count = len(keys)
    return numbers not in (list(range(count)), list(range(1, count + 1)))
