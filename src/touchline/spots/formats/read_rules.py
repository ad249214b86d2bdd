"""How the events of a file are read: classes, times, and what is wrong with them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from touchline.games import NO_TEAM, ProblemLog, Task, UnreadableEntryError
from touchline.spots.formats.event import TEAM_NAMES
from touchline.text import nearest_word

LONGEST_MS = 24 * 3600 * 1000
"""No video is longer than a day; what is later is a mistake of units."""

_LONGEST_NAME = 200
_MOST_PERIODS = 100
_Read = TypeVar("_Read")


@dataclass(slots=True)
class ReadRules:
    """What is asked of the events in a file.

    Attributes:
        task: its classes are the only ones; None leaves names as they are.
        renames: names of classes and clubs in the file, and what they are called here.
        lead_ms: how long before its event a segment in the file begins.
        fps: frames per second where a file counts frames without saying how many; None if unknown.
        problems: collects what is wrong; the first is raised unless it is lenient.
        remarks: what was assumed or left out, and how often.
    """

    task: Task | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    lead_ms: int = 0
    fps: float | None = None
    problems: ProblemLog = field(default_factory=ProblemLog)
    remarks: Counter[str] = field(default_factory=Counter)

    def class_name(self, name: str) -> str:
        """The class that a name in the file stands for.

        Raises:
            UnreadableEntryError: the task has no such class, or it is no name.
        """
        if not name.strip():
            raise UnreadableEntryError("its class has no name")
        if len(name) > _LONGEST_NAME:
            raise UnreadableEntryError(f"the name of its class has {len(name):,} characters")
        name = self.renames.get(name, name)
        if self.task is None:
            return name
        known = self.task.canonical_class(name)
        if known is None:
            nearest = nearest_word(name, self.task.classes, 0.5)
            raise UnreadableEntryError(f"unknown class {name!r}{nearest}")
        return known

    def team(self, name: str | None) -> str | None:
        """A team that is told by where it plays; the name of a club is left out, and counted,
        unless it is renamed to one.
        """
        said = (name or "").strip()
        team = self.renames.get(said, said).casefold()
        if not team or team == NO_TEAM:
            return None
        if team in TEAM_NAMES:
            return team
        self.remarks["a team that is not home, away, left or right is not kept"] += 1
        return None

    def half(self, number: int) -> int:
        """The number of a period.

        Raises:
            UnreadableEntryError: a game of the task has no such period.
        """
        last = _MOST_PERIODS if self.task is None else max(1, self.task.periods)
        if not 1 <= number <= last:
            known = "" if self.task is None else f" to {last}"
            raise UnreadableEntryError(f"half is {number}; halves are counted from 1{known}")
        return number

    def position(self, position_ms: float, duration_ms: int | None = None) -> int:
        """A time in whole milliseconds, if it is in the video.

        Args:
            position_ms: from the start of the half.
            duration_ms: length of the half, where the file says it.

        Raises:
            UnreadableEntryError: it is not.
        """
        if not math.isfinite(position_ms):
            raise UnreadableEntryError("its time is not a number")
        if position_ms < 0:
            raise UnreadableEntryError(f"its time, {position_ms:g} ms, is before the start")
        if position_ms > LONGEST_MS:
            raise UnreadableEntryError(f"its time, {position_ms:g} ms, is more than a day")
        if duration_ms is not None and position_ms > duration_ms:
            raise UnreadableEntryError(
                f"its time, {position_ms:g} ms, is beyond the end of the video ({duration_ms} ms)"
            )
        return round(position_ms)

    def segment(self, start_ms: float, end_ms: float, duration_ms: int | None = None) -> int:
        """The time of an event whose segment is given, in whole milliseconds.

        Raises:
            UnreadableEntryError: there is no such segment in the video.
        """
        if end_ms < start_ms:
            raise UnreadableEntryError(f"it ends at {end_ms:g} ms, before its start, {start_ms:g}")
        self.position(start_ms, duration_ms)
        self.position(end_ms)
        if self.lead_ms == 0 and end_ms > start_ms:
            self.remarks["the time of a segment's event is taken to be its start"] += 1
        return self.position(min(start_ms + self.lead_ms, end_ms))

    def each(
        self, entries: Iterable[Any], where: str, parse: Callable[[Any], _Read], noun: str = "entry"
    ) -> list[_Read]:
        """What is made of each entry of a list; one that cannot be read is a problem.

        Args:
            entries: the list.
            where: the name of the file.
            parse: makes something of an entry, or raises `UnreadableEntryError`.
            noun: what an entry is called.
        """
        found = []
        for number, entry in enumerate(entries, start=1):
            try:
                found.append(parse(entry))
            except UnreadableEntryError as error:
                self.problems.add(f"unreadable {noun}", f"{where}, {noun} {number}: {error}")
        return found


def checked_confidence(confidence: float) -> float:
    """A confidence.

    Raises:
        UnreadableEntryError: it is not from 0 to 1.
    """
    if not 0 <= confidence <= 1:
        raise UnreadableEntryError(f"its confidence is {confidence:g}, not from 0 to 1")
    return confidence
