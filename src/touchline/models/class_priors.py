"""How often each class happens, which is all that a null baseline knows.

In general: from the task's file, with its source. By minute of the half: counted in the other games
of the benchmark. The labels of the game that is answered for are never used.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from touchline.games import HALF_LIMIT_MS, Label, Task

MS_PER_HOUR = 3_600_000
_MS_PER_MINUTE = 60_000
_MINUTES = HALF_LIMIT_MS // _MS_PER_MINUTE

SMOOTHING_MINUTES = 1.5
"""Width of the Gaussian over the minutes of a half. Fixed, not fitted to any games."""

GENERAL_GAMES = 1.0
"""What the general rates count for beside the other games: as much as one more game."""

Floats = NDArray[np.float64]
HalfLengths = Mapping[tuple[str, int], int]
"""Length of each half in ms, by game and number."""


@dataclass(frozen=True)
class MinuteCounts:
    """Labelled events of some games by minute of the half, and how long was watched.

    Attributes:
        classes: names, in order.
        events: by game; shape (halves, minutes, classes).
        watched: minutes of play in each minute, from 0 to 1, by game; shape (halves, minutes).
    """

    classes: tuple[str, ...]
    events: Mapping[str, Floats]
    watched: Mapping[str, Floats]

    @cached_property
    def _total(self) -> tuple[Floats, Floats]:
        return sum(self.events.values(), np.zeros(())), sum(self.watched.values(), np.zeros(()))

    def without(self, game: str) -> tuple[Floats, Floats] | None:
        """Events and minutes of all games but one; None where there is no other game."""
        if not self.events.keys() - {game}:
            return None
        events, watched = self._total
        return events - self.events.get(game, 0.0), watched - self.watched.get(game, 0.0)


@dataclass(frozen=True)
class ClassPriors:
    """How often each class happens.

    Attributes:
        per_hour: events of each class per hour, in games in general.
        stride_ms: distance between window starts: a baseline answers only for this stretch of a
            window, so that overlapping windows do not report an event twice.
        starts_half: the class of the event with which every half begins, or None.
        halves: how many halves a game has room for.
        counts: labelled events of the benchmark's games by minute; None where there are none.
    """

    per_hour: Mapping[str, float]
    stride_ms: int
    starts_half: str | None = None
    halves: int = 2
    counts: MinuteCounts | None = None
    _by_minute: dict[str, Floats] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def by_minute(self, game: str) -> Floats:
        """Events of each class per hour in each minute of a half, from all games but this one.

        The counts of the other games are smoothed over the minutes, and drawn towards the general
        rates; where no other game has labels they are the general rates.

        Args:
            game: the game whose labels are not used.

        Returns:
            Shape (halves, minutes, classes), in the order of `per_hour`.
        """
        if game not in self._by_minute:
            self._by_minute[game] = self._estimate(game)
        return self._by_minute[game]

    def _estimate(self, game: str) -> Floats:
        from scipy.ndimage import gaussian_filter1d

        general = np.array(list(self.per_hour.values())) / 60
        others = self.counts.without(game) if self.counts else None
        if self.counts is None or others is None:
            return np.broadcast_to(general * 60, (self.halves, _MINUTES, len(general)))
        order = [self.counts.classes.index(name) for name in self.per_hour]
        events = gaussian_filter1d(others[0][..., order], SMOOTHING_MINUTES, axis=1)
        watched = gaussian_filter1d(others[1], SMOOTHING_MINUTES, axis=1)[..., None]
        rate = (events + GENERAL_GAMES * general) / (watched + GENERAL_GAMES)
        return np.asarray(rate * 60)

    def identity(self, *, by_minute: bool) -> dict[str, Any]:
        """What of these numbers an answer depends on, for the key of the reply.

        Args:
            by_minute: whether it depends on what was counted in the other games.
        """
        facts: dict[str, Any] = {"per_hour": dict(self.per_hour)}
        if by_minute:
            facts["starts_half"] = self.starts_half
            facts["counts"] = self.counts and {
                game: [events.astype(int).tolist(), self.counts.watched[game].tolist()]
                for game, events in sorted(self.counts.events.items())
            }
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
        return {"rates": hashlib.sha256(text.encode()).hexdigest()[:16]}


_NO_LENGTHS: HalfLengths = MappingProxyType({})


def general_class_priors(
    task: Task,
    stride_ms: int,
    labels: Mapping[str, Iterable[Label]] = MappingProxyType({}),
    half_ms: HalfLengths = _NO_LENGTHS,
) -> ClassPriors:
    """The rates that the task's file gives, and what is counted by minute in a benchmark's games.

    A task without rates has each of its classes equally often, as many as there are classes an
    hour: nothing is known of them, and the labels of judged games are no place to look it up.

    Args:
        task: gives the classes, and how often they happen.
        stride_ms: distance between window starts.
        labels: by game, for `ClassPriors.by_minute`, which leaves out the game it is asked for.
        half_ms: length of each half of these games; a half without one was not watched.
    """
    hours = task.hours_per_game
    known = {name: count / hours for name, count in task.events_per_game.items() if count}
    per_hour = known or dict.fromkeys(task.classes, 1.0)
    return ClassPriors(
        per_hour, stride_ms, task.starts_half, task.halves, _count(task, labels, half_ms)
    )


def _count(
    task: Task, labels: Mapping[str, Iterable[Label]], half_ms: HalfLengths
) -> MinuteCounts | None:
    events, watched = {}, {}
    minutes, halves = np.arange(_MINUTES), range(1, task.halves + 1)
    for game, of_game in labels.items():
        lengths = np.array([half_ms.get((game, half), 0) for half in halves]) / _MS_PER_MINUTE
        watched[game] = (lengths[:, None] - minutes).clip(0.0, 1.0)
        table = np.zeros((len(halves), _MINUTES, len(task.classes)))
        for label in of_game:
            column = task.truth_class(label.label)
            if column >= 0 and half_ms.get((game, label.half), 0) > 0:
                minute = min(max(0, label.position_ms) // _MS_PER_MINUTE, _MINUTES - 1)
                table[label.half - 1, minute, column] += 1
        events[game] = table
    return MinuteCounts(task.classes, events, watched) if events else None
