"""Labels and spots as columns of numbers, on the evaluator's grid or by the millisecond.

A *group* is one class in one half of one game, numbered
`(game * halves + half - 1) * classes + class`: truths and claims only ever meet inside a group.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.games import Label, Task
from touchline.spots import Spot

Games = Mapping[str, tuple[Sequence[Label], Sequence[Spot]]]
"""The truth and the claims of each game, by the game's id."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Event = TypeVar("Event", Label, Spot)


@dataclass(frozen=True, slots=True)
class Events:
    """Truths or claims, sorted by group and time.

    Attributes:
        group: group of each event, shape (n,).
        time: frame on the evaluator's grid, or milliseconds, from 0 up to `span`; shape (n,).
        value: for a truth 1 where visible and -1 where not shown; for a claim its confidence.
        source: place of the event among all events of its kind, games in order; shape (n,).
        span: all times are smaller.
        classes: number of classes.
        games: number of games.
        halves: number of halves that a game has room for.
    """

    group: Ints
    time: Ints
    value: Floats
    source: Ints
    span: int
    classes: int
    games: int
    halves: int = 2

    @property
    def key(self) -> Ints:
        """Group and time in one ascending number."""
        return self.group * self.span + self.time

    @property
    def class_index(self) -> Ints:
        """Class of each event."""
        return self.group % self.classes

    @property
    def game_index(self) -> Ints:
        """Game of each event."""
        return self.group // (self.halves * self.classes)

    def only(self, keep: Bools | Ints) -> "Events":
        """The events that a mask or an index picks, in that order."""
        return Events(
            self.group[keep],
            self.time[keep],
            self.value[keep],
            self.source[keep],
            self.span,
            self.classes,
            self.games,
            self.halves,
        )


@dataclass(frozen=True, slots=True)
class RawEvents:
    """Events as they were given: one row each, nothing dropped or merged yet.

    Attributes:
        game: index of the game.
        half: from 1; 0 for one that the task does not have.
        position_ms: as given.
        class_index: -1 for a label that is not a class of the task.
        value: see `Events`.
    """

    game: Ints
    half: Ints
    position_ms: Floats
    class_index: Ints
    value: Floats

    @property
    def scored(self) -> Bools:
        """Rows of a known class in a half of the task; the evaluator drops the others."""
        kept: Bools = (self.class_index >= 0) & (self.half > 0)
        return kept


Columns = tuple[RawEvents, RawEvents]
"""The labels and the spots of some games."""


def raw_events(games: Games, task: Task) -> Columns:
    """The labels and the spots of all games as columns."""
    return raw_truths(games, task), raw_claims(games, task)


def raw_truths(games: Games, task: Task) -> RawEvents:
    """The labels of all games as columns."""
    raw = _raw([labels for labels, _ in games.values()], task, task.truth_class)
    return replace(raw, value=2 * raw.value - 1)


def raw_claims(games: Games, task: Task) -> RawEvents:
    """The spots of all games as columns. A spot's class is its label exactly, in every task."""
    return _raw([spots for _, spots in games.values()], task, task.claim_class)


def _raw(
    by_game: list[Sequence[Event]], task: Task, class_index: Callable[[str], int]
) -> RawEvents:
    """The events as columns; `value` is the last field, of a label whether it is visible."""
    sizes = [len(events) for events in by_game]
    # Fields of a tuple are taken all at once: one by one takes eight times as long.
    columns = list(zip(*chain.from_iterable(by_game), strict=True)) or [()] * 5
    halves, positions_ms, labels, _, values = columns
    known = {name: class_index(name) for name in set(labels)}
    known_halves = range(1, task.halves + 1)
    if not set(halves) <= set(known_halves):
        # An int of any size is allowed: it need not fit into the column.
        halves = tuple(half if half in known_halves else 0 for half in halves)
    return RawEvents(
        np.repeat(np.arange(len(by_game), dtype=np.int64), sizes),
        np.array(halves, np.int64),
        np.array(positions_ms, np.float64),
        np.fromiter(map(known.__getitem__, labels), np.int64, len(labels)),
        np.array(values, np.float64),
    )


def frames_of(position_ms: Floats, task: Task) -> Ints:
    """The evaluator's frame of each position, before it wraps.

    The order of the float operations is the evaluator's: at 25 fps, 1160 ms is frame 28.
    """
    frames = np.trunc(task.fps * (position_ms / 1000))
    return np.minimum(frames, task.frames - 1).astype(np.int64)


def on_grid(raw: RawEvents, task: Task, games: Sequence[str]) -> Events:
    """Events on the evaluator's grid: one cell per group and frame, where the last write wins.

    Raises:
        UserError: for a position so far below zero that the evaluator fails on it.
    """
    rows = np.flatnonzero(raw.scored)
    frame = frames_of(raw.position_ms[rows], task)
    if (beyond := np.flatnonzero(frame < -task.frames)).size:
        row = rows[beyond[0]]
        raise UserError(
            f"game {games[raw.game[row]]!r}, half {raw.half[row]}: position "
            f"{raw.position_ms[row]:.0f} ms is more than {task.frames // task.fps // 60} minutes "
            "before the half: correct or remove it."
        )
    frame = np.where(frame < 0, frame + task.frames, frame)
    group = _group(raw, rows, task)
    key = group * task.frames + frame
    # The first occurrence of a key in reverse order is the last write.
    _, last = np.unique(key[::-1], return_index=True)
    keep = key.size - 1 - last
    return Events(
        group[keep],
        frame[keep],
        raw.value[rows[keep]],
        rows[keep],
        task.frames,
        len(task.classes),
        len(games),
        task.halves,
    )


def by_millisecond(
    raw: RawEvents, task: Task, games: Sequence[str], origin: int, span: int
) -> Events:
    """Events at their own milliseconds, none merged: what the extended metrics use.

    Args:
        raw: the events.
        task: gives the classes.
        games: ids of the games.
        origin: the position that becomes time 0.
        span: larger than every position minus the origin.
    """
    rows = np.flatnonzero(raw.scored)
    group = _group(raw, rows, task)
    time = raw.position_ms[rows].astype(np.int64) - origin
    order = np.lexsort((time, group))
    return Events(
        group[order],
        time[order],
        raw.value[rows[order]],
        rows[order],
        span,
        len(task.classes),
        len(games),
        task.halves,
    )


def _group(raw: RawEvents, rows: Ints, task: Task) -> Ints:
    half = raw.game[rows] * task.halves + raw.half[rows] - 1
    group: Ints = half * len(task.classes) + raw.class_index[rows]
    return group
