"""Truths and claims by the millisecond, and their matching, for all extended metrics."""

from dataclasses import dataclass, field

import numpy as np

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.events.event_columns import (
    Columns,
    Events,
    Games,
    Ints,
    by_millisecond,
    raw_events,
)
from touchline.scores.events.matching import Matches, match_by_confidence, match_nearest


@dataclass(frozen=True, slots=True)
class EventTable:
    """All events of a set of games, sorted by class in a half and by time, none merged.

    Unlike the official grid of frames: times are exact, no spot overwrites another, and no truth
    is merged with its neighbour. Events of unknown classes and other halves are left out, and so
    are spots whose confidence is negative or NaN.

    Attributes:
        task: classes and rules.
        games: ids of the games, in the order of `Events.game_index`.
        truths: the labels; `Events.source` is a label's place among all labels as given.
        claims: the spots; `Events.source` is a spot's place among all spots as given.
        origin_ms: what was subtracted from every position.
    """

    task: Task
    games: tuple[str, ...]
    truths: Events
    claims: Events
    origin_ms: int
    _matches: dict[tuple[str, int], Matches] = field(default_factory=dict, repr=False)

    def matches(self, tolerance_s: float) -> Ints:
        """For each claim the truth it was taken for, or -1, by the official rule.

        Args:
            tolerance_s: full width of the window around a truth; a claim may lie half of it away.
        """
        return self._matched("confidence", tolerance_s)

    def nearest_matches(self, tolerance_s: float) -> Ints:
        """For each claim the truth it was taken for, or -1, nearest pairs first."""
        return self._matched("nearest", tolerance_s)

    def _matched(self, rule: str, tolerance_s: float) -> Ints:
        radius = round(tolerance_s * 500)
        if (rule, radius) not in self._matches:
            self._matches[rule, radius] = (
                match_by_confidence(self.truths, self.claims, np.array([radius]))[0]
                if rule == "confidence"
                else match_nearest(self.truths, self.claims, radius)
            )
        return self._matches[rule, radius].astype(np.int64)


def align_events(
    games: Games, task: Task = SOCCERNET_V2, columns: Columns | None = None
) -> EventTable:
    """Columns of all labels and spots of these games.

    Args:
        games: labels and spots by game id.
        task: classes and rules.
        columns: `raw_events` of the games, where they are known.
    """
    truths, claims = columns or raw_events(games, task)
    times = np.concatenate((truths.position_ms, claims.position_ms, [0.0]))
    origin, span = int(times.min()), int(times.max() - times.min()) + 1
    ids = tuple(games)
    all_claims = by_millisecond(claims, task, ids, origin, span)
    return EventTable(
        task,
        ids,
        by_millisecond(truths, task, ids, origin, span),
        all_claims.only(all_claims.value >= 0),
        origin,
    )
