"""Reading lists of events from files that others wrote: problems are raised, or counted."""

import gc
import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any, Generic, Protocol, TypeVar

from touchline.errors import UserError, reason_of
from touchline.games.foreign_files import known_as
from touchline.games.game_files import HERE, GameFiles, UnreadableFileError, game_id_of
from touchline.games.task import HALF_LIMIT_MS, Task
from touchline.games.task_registry import find_task, task_names
from touchline.text import nearest_word

OUTSIDE = "position outside the half"
FAR_MS = 10**12
"""Decades after the half: not a position, and too large to compute with."""


class UnreadableEntryError(ValueError):
    """An entry that cannot be read as an event; the message says why, without the place."""


@dataclass(slots=True)
class ProblemLog:
    """The problems of the files read: the first one is raised, or all are counted.

    Attributes:
        lenient: count instead of raising.
        counts: how often each kind occurred.
        first: the first sentence of each kind.
    """

    lenient: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, sentence: str) -> None:
        """Records one problem.

        Args:
            kind: a short name that all problems of the kind share.
            sentence: where it is and what is wrong, without the full stop.

        Raises:
            UserError: unless lenient.
        """
        if not self.lenient:
            raise UserError(
                f"{sentence}; fix it, or use --lenient to continue and count such cases."
            )
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.first.setdefault(kind, sentence)

    def note(self, kind: str, sentence: str) -> None:
        """Records what is odd and yet read: it is counted and said, and never raised.

        Args:
            kind: a short name that all remarks of the kind share.
            sentence: where it is and what is odd, without the full stop.
        """
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.first.setdefault(kind, sentence)

    def sentences(self) -> list[str]:
        """One sentence per kind: how often it occurred, and the first case."""
        return [f"{self.counts[k]} × {k}; first: {self.first[k]}." for k in self.counts]

    def to_json(self) -> list[dict[str, Any]]:
        """One dictionary per kind."""
        return [{"kind": k, "count": n, "first": self.first[k]} for k, n in self.counts.items()]


class Event(Protocol):
    """What labels and spots have in common."""

    @property
    def half(self) -> int:
        """Number of the half, from 1."""
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
def pause_garbage_collection() -> Iterator[None]:
    """Pauses the garbage collector while many objects are made that form no cycles.

    It would walk over all of them again and again, a quarter of the time that reading takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


Problem = tuple[str, str]
"""A kind of problem, and what is wrong with the entry."""

ReadAll = Callable[[Sequence[Any]], list[AnyEvent] | None]
"""Makes events of all entries of a file at once, or returns None where any of them could be one
that cannot be read, or that is a problem."""


@dataclass(frozen=True, slots=True)
class EntryRules(Generic[AnyEvent]):
    """How the entries of a kind of file are read.

    Attributes:
        key: name of the list that holds them.
        file_name: name of the file.
        source: what is read, and where, as messages begin.
        missing: the kind of problem that a game without the file is.
        parse: makes an event of an entry, or raises `UnreadableEntryError`.
        check: the problems of an event.
        read_all: what both give for a file without problems, several times as fast.
    """

    key: str
    file_name: str
    source: str
    missing: str
    parse: Callable[[Any], AnyEvent]
    check: Callable[[AnyEvent], Iterable[Problem]]
    read_all: ReadAll[AnyEvent]


def read_game(
    files: GameFiles, game: str, problems: ProblemLog, rules: EntryRules[AnyEvent]
) -> list[AnyEvent] | None:
    """The events of one game, as of `read_entries`; a file that is missing is a problem.

    Args:
        files: the files of all games.
        game: its id.
        problems: collects the problems.
        rules: which file is read, and how.
    """
    where = f"{rules.source}: {game}/{rules.file_name}"
    try:
        text = files.read(game, rules.file_name)
    except KeyError:
        problems.add(rules.missing, f"{where} is missing")
        return None
    except UnreadableFileError as error:
        problems.add("file that cannot be read", f"{where} cannot be read ({error})")
        return None
    return read_entries(text, game, where, problems, rules)


def read_entries(
    text: bytes, game: str, where: str, problems: ProblemLog, rules: EntryRules[AnyEvent]
) -> list[AnyEvent] | None:
    """The events listed in a JSON file, in the file's order.

    An entry that cannot be read is skipped. An event with an invalid value is kept, so that the
    figure shows how the evaluator treats it. Both are problems.

    Args:
        text: the file, in UTF-8, UTF-16 or UTF-32.
        game: its id; a file that says that it is of another game is noted.
        where: the name of the file in messages.
        problems: collects the problems.
        rules: how its entries are read.

    Returns:
        The events, or None where the whole file cannot be read.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        problems.add("file that is not JSON", f"{where} is not valid JSON ({reason_of(error)})")
        return None
    entries = data.get(rules.key) if isinstance(data, dict) else None
    if not isinstance(entries, list):
        problems.add(
            f"file without {rules.key}", f"{where} has no list called '{rules.key}'{known_as(data)}"
        )
        return None
    other = _other_game(data, game)
    if other:
        problems.note("file that names another game", f"{where} says that it is of '{other}'")
    flawless = rules.read_all(entries)
    if flawless is not None:
        return flawless
    events = []
    for number, entry in enumerate(entries, start=1):
        try:
            event = rules.parse(entry)
        except UnreadableEntryError as error:
            problems.add("unreadable entry", f"{where}, entry {number}: {error}")
            continue
        for kind, sentence in rules.check(event):
            problems.add(kind, f"{where}, entry {number}: {sentence}")
        events.append(event)
    return events


def columns(
    entries: Sequence[Any], required: Sequence[str], optional: Mapping[str, Any]
) -> list[Sequence[Any]]:
    """The values of each key, required ones first, as a column for each.

    Args:
        entries: objects of a JSON file.
        required: keys that every entry has.
        optional: keys that it need not have, and what a missing one stands for.

    Raises:
        KeyError: a required key is missing.
        TypeError: an entry is not an object.
        AttributeError: likewise.
    """
    # One call in C for each entry; reading key by key takes three times as long.
    try:
        return list(zip(*map(itemgetter(*required, *optional), entries), strict=True))
    except KeyError:
        found: list[Sequence[Any]] = list(zip(*map(itemgetter(*required), entries), strict=True))
        for key, default in optional.items():
            found.append([entry.get(key, default) for entry in entries])
        return found


def are_valid(
    halves: Sequence[int],
    positions_ms: Sequence[int],
    labels: Sequence[object],
    classes: Container[str],
    last_half: int,
) -> bool:
    """Whether `event_problems` would find nothing in any of some events.

    Args:
        halves: of each event, at least one.
        positions_ms: likewise.
        labels: likewise; whatever stands in the file.
        classes: the labels that are known.
        last_half: the number of the task's last half.

    Raises:
        TypeError: a label is not text, but something that is not even hashable.
    """
    return (
        min(halves) >= 1
        and max(halves) <= last_half
        and min(positions_ms) >= 0
        and max(positions_ms) <= HALF_LIMIT_MS
        and all(isinstance(label, str) and label in classes for label in set(labels))
    )


def event_problems(event: Event, classes: Container[str], task: Task) -> Sequence[Problem]:
    """The problems of a label or a spot: its half, its position, its class.

    Args:
        event: the event.
        classes: the labels that are known.
        task: its class names are suggested for an unknown one, and it says how many halves a game
            has.
    """
    half, position_ms, label = event.half, event.position_ms, event.label
    if 1 <= half <= task.halves and 0 <= position_ms <= HALF_LIMIT_MS and label in classes:
        return ()
    found = []
    if not 1 <= half <= task.halves:
        found.append((f"half other than {task.half_numbers}", f"half is {half}"))
    if position_ms < 0:
        found.append((OUTSIDE, f"position {position_ms} ms is before its start"))
    if position_ms > HALF_LIMIT_MS:
        found.append((OUTSIDE, f"position {position_ms} ms is past minute 120"))
    if label not in classes:
        found.append(("unknown class", f"unknown class {label!r}{_nearest(label, task)}"))
    return found


def check_position(position_ms: int) -> int:
    """The position, if it can be scored.

    Raises:
        UnreadableEntryError: it is so far outside the half that the evaluator fails.
    """
    if -HALF_LIMIT_MS - 500 < position_ms < FAR_MS:
        return position_ms
    raise UnreadableEntryError(f"'position' is {str(position_ms)[:30]}, far outside the half")


def unreadable_entry(entry: Any, kinds: Mapping[str, type]) -> UnreadableEntryError:
    """Why an entry cannot be read: its first value that is missing or invalid.

    Args:
        entry: the entry.
        kinds: each key that is read, and the type that its value must convert to.
    """
    if not isinstance(entry, dict):
        return UnreadableEntryError("it is not an object")
    for key, kind in kinds.items():
        if key not in entry:
            return UnreadableEntryError(f"'{key}' is missing")
        value, expected = entry[key], _TYPE_NAMES[kind]
        try:
            if kind is str and not isinstance(value, str):
                raise TypeError
            kind(value)
        except (TypeError, ValueError, OverflowError):
            return UnreadableEntryError(f"'{key}' is {value!r}, not {expected}")
    return UnreadableEntryError("it is not an event")


_TYPE_NAMES: dict[type, str] = {int: "a whole number", float: "a number", str: "text"}


@lru_cache(maxsize=256)
def _nearest(label: str, task: Task) -> str:
    return task_of_class(label, task) or nearest_word(label, task.classes)


def task_of_class(label: str, task: Task) -> str:
    """What to add to a sentence about an unknown class: the tasks that have it, or nothing.

    Args:
        label: the unknown class.
        task: the task that does not have it.
    """
    names = [name for name in task_names() if name != task.name]
    having = [name for name in names if find_task(name).truth_class(label) >= 0]
    return f"; it is a class of --task {' and '.join(having)}" if having else ""


def _other_game(data: Mapping[str, Any], game: str) -> str:
    """The game that a file says it is of, where that is not the one whose folder it is in."""
    said = data.get("UrlLocal")
    if not isinstance(said, str) or not game or game == HERE:
        return ""
    name = game_id_of(said.strip())
    same = name.rpartition("/")[2] == game_id_of(game).rpartition("/")[2]
    return "" if same or not name else name
