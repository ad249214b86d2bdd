"""What each game adds to the pooled figures, so that games can be left out and weighted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Floats, Games
from touchline.scores.events.event_table import EventTable, align_events
from touchline.scores.events.matching import NO_TRUTH, match_by_confidence
from touchline.scores.official.average_precision import BINS, confidence_bins
from touchline.scores.official.evaluator import (
    OFFICIAL_METRICS,
    grid_events,
    radii_of,
    tolerances_of,
)

Counts = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GameCounts:
    """Counts by game, of g games, c classes and t tolerances.

    Attributes:
        games: ids of the games.
        metrics: the official metrics that can be computed from it.
        truths: truths; shape (g, c).
        claims: spots by bin of confidence; shape (g, c, 201).
        true: spots matched to a truth, likewise; shape (g, t, c, 201).
        rates: right spots, spots and truths at one tolerance, to the millisecond; shape (g, 3, c).
        tolerance_s: that tolerance.
    """

    games: tuple[str, ...]
    metrics: tuple[str, ...]
    truths: Floats
    claims: Floats
    true: Counts
    rates: Floats
    tolerance_s: float


def count_by_game(
    games: Games,
    task: Task = SOCCERNET_V2,
    metrics: Sequence[str] = tuple(OFFICIAL_METRICS),
    tolerance_s: float = TOLERANCE_S,
    table: EventTable | None = None,
) -> GameCounts:
    """Counts what each game adds. Matching never crosses games, so it is done once.

    Args:
        games: labels and spots by game id.
        task: classes and rules.
        metrics: the official metrics that will be computed from the counts.
        tolerance_s: full width of the window around a truth for precision, recall and F1.
        table: what precision, recall and F1 are computed from; all events of the games by default.
    """
    truths, claims = grid_events(games, task)
    radii = radii_of(tolerances_of(metrics), task)
    matched = match_by_confidence(truths, claims, radii) != NO_TRUTH
    shape = (len(games), len(task.classes), BINS)
    size = len(games) * len(task.classes) * BINS
    cell = (claims.game_index * len(task.classes) + claims.class_index) * BINS + confidence_bins(
        claims.value
    )
    true = np.empty((len(games), len(radii), len(task.classes), BINS), np.float32)
    for row, hit in enumerate(matched):
        true[:, row] = np.bincount(cell[hit], minlength=size).reshape(shape)
    of_truths = truths.game_index * len(task.classes) + truths.class_index
    return GameCounts(
        tuple(games),
        tuple(metrics),
        np.bincount(of_truths, minlength=size // BINS).reshape(shape[:2]).astype(np.float64),
        np.bincount(cell, minlength=size).reshape(shape).astype(np.float64),
        true,
        _rates(align_events(games, task) if table is None else table, tolerance_s),
        tolerance_s,
    )


def _rates(table: EventTable, tolerance_s: float) -> Floats:
    hit = table.claims.only(table.matches(tolerance_s) != NO_TRUTH)
    shape = (len(table.games), len(table.task.classes))
    counts = [
        np.bincount(
            events.game_index * shape[1] + events.class_index, minlength=shape[0] * shape[1]
        ).reshape(shape)
        for events in (hit, table.claims, table.truths)
    ]
    return np.stack(counts, axis=1).astype(np.float64)
