"""Reading lists of events out of people's files: what is wrong is named, or counted."""

import gc
import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from touchline.errors import UserError
from touchline.games.task import HALF_LIMIT_MS, Task
from touchline.text import nearest_word

OUTSIDE = "position outside the half"
FAR_MS = 10**12
"""Decades after the half: no position, and too large to be counted with."""


class Unreadable(ValueError):  # noqa: N818  (part of a sentence, not an error for a person)
    """An entry that no event can be made of; the message says why, without the place."""


@dataclass(slots=True)
class Problems:
    """What is wrong with the files read: the first is an error, or all are counted.

    Attributes:
        lenient: count instead of raising.
        counts: how often each kind was met.
        first: the first sentence of each kind.
    """

    lenient: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, sentence: str) -> None:
        """Notes one problem.

        Args:
            kind: a short name, the same for all problems of its kind.
            sentence: where it is and what is wrong, without the full stop.

        Raises:
            UserError: unless lenient.
        """
        if not self.lenient:
            raise UserError(f"{sentence}; mend it, or use --lenient to go on and count such cases.")
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.first.setdefault(kind, sentence)

    def sentences(self) -> list[str]:
        """One sentence a kind: how often, and the first."""
        return [f"{self.counts[k]} × {k}; first: {self.first[k]}." for k in self.counts]

    def to_json(self) -> list[dict[str, Any]]:
        """One dictionary a kind."""
        return [{"kind": k, "count": n, "first": self.first[k]} for k, n in self.counts.items()]


class Event(Protocol):
    """What labels and spots have in common."""

    @property
    def half(self) -> int:
        """1 or 2."""
        ...

    @property
    def position_ms(self) -> int:
        """From the start of the half."""
        ...

    @property
    def label(self) -> str:
        """Name of the class."""
        ...


AnyEvent = TypeVar("AnyEvent", bound=Event)


@contextmanager
def many_objects() -> Iterator[None]:
    """Pauses the search for cycles of objects while many are made that form none.

    It would walk over all of them again and again, a quarter of the time that reading takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


Complaint = tuple[str, str]
"""A kind of problem, and what is wrong with the entry."""


def read_entries(
    text: bytes,
    key: str,
    where: str,
    problems: Problems,
    read: Callable[[Any], AnyEvent],
    complaints: Callable[[AnyEvent], Iterable[Complaint]],
) -> list[AnyEvent] | None:
    """The events listed in a JSON file, in the file's order.

    What no event can be made of is left out; what is an event but not a sound one is kept, so
    that the evaluator's own ways with it show in the figure. Both are problems.

    Args:
        text: the file.
        key: name of the list.
        where: what the file is called in messages.
        problems: takes what is wrong.
        read: makes an event of an entry, or raises `Unreadable`.
        complaints: what is unsound about an event.

    Returns:
        The events, or None where the file as a whole cannot be read.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        problems.add("file that is not JSON", f"{where} is not valid JSON ({error})")
        return None
    entries = data.get(key) if isinstance(data, dict) else None
    if not isinstance(entries, list):
        problems.add(f"file without {key}", f"{where} has no list called '{key}'")
        return None
    events = []
    for number, entry in enumerate(entries, start=1):
        try:
            event = read(entry)
        except Unreadable as error:
            problems.add("unreadable entry", f"{where}, entry {number}: {error}")
            continue
        for kind, sentence in complaints(event):
            problems.add(kind, f"{where}, entry {number}: {sentence}")
        events.append(event)
    return events


def event_complaints(event: Event, classes: Container[str], task: Task) -> Sequence[Complaint]:
    """What is unsound about a label or a spot: its half, its position, its class.

    Args:
        event: the event.
        classes: the labels that are known.
        task: gives the names to suggest.
    """
    half, position_ms, label = event.half, event.position_ms, event.label
    if half in (1, 2) and 0 <= position_ms <= HALF_LIMIT_MS and label in classes:
        return ()
    found = []
    if half not in (1, 2):
        found.append(("half other than 1 and 2", f"half is {half}"))
    if position_ms < 0:
        found.append((OUTSIDE, f"position {position_ms} ms is before its start"))
    if position_ms > HALF_LIMIT_MS:
        found.append((OUTSIDE, f"position {position_ms} ms is past minute 120"))
    if label not in classes:
        found.append(("unknown class", f"unknown class {label!r}{_nearest(label, task)}"))
    return found


def placed(position_ms: int) -> int:
    """A position that can be scored.

    Raises:
        Unreadable: it is so far before the half, or beyond all bounds, that the evaluator fails.
    """
    if -HALF_LIMIT_MS - 500 < position_ms < FAR_MS:
        return position_ms
    raise Unreadable(f"'position' is {str(position_ms)[:30]}, out of all bounds")


def unreadable(entry: Any, kinds: Mapping[str, type]) -> Unreadable:
    """Why an entry cannot be read: the first of its values that is missing or of no use.

    Args:
        entry: the entry.
        kinds: each key that is read, and the type that its value has to turn into.
    """
    if not isinstance(entry, dict):
        return Unreadable("it is not an object")
    for key, kind in kinds.items():
        if key not in entry:
            return Unreadable(f"'{key}' is missing")
        value, what = entry[key], _WHAT[kind]
        try:
            if kind is str and not isinstance(value, str):
                raise TypeError
            kind(value)
        except (TypeError, ValueError, OverflowError):
            return Unreadable(f"'{key}' is {value!r}, not {what}")
    return Unreadable("it is not an event")


_WHAT: dict[type, str] = {int: "a whole number", float: "a number", str: "text"}


@lru_cache(maxsize=256)
def _nearest(label: str, task: Task) -> str:
    return nearest_word(label, task.classes)
