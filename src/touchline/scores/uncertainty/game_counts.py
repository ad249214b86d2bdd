"""What each game adds to the pooled figures, so that games can be resampled and exchanged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Floats, Games, Ints
from touchline.scores.events.event_table import align_events
from touchline.scores.events.matching import NO_TRUTH, match_by_confidence
from touchline.scores.official.average_precision import (
    BINS,
    at_least,
    average_precision,
    confidence_bins,
)
from touchline.scores.official.evaluator import (
    OFFICIAL_METRICS,
    grid_events,
    mean_height,
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
        rates: right spots, spots and truths at one tolerance, to the millisecond; shape (g, 3).
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
) -> GameCounts:
    """Counts what each game adds. Matching never crosses games, so it is done once.

    Args:
        games: labels and spots by game id.
        task: classes and rules.
        metrics: the official metrics that will be computed from the counts.
        tolerance_s: full width of the window around a truth for precision, recall and F1.
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
        _rates(games, task, tolerance_s),
        tolerance_s,
    )


def _rates(games: Games, task: Task, tolerance_s: float) -> Floats:
    table = align_events(games, task)
    hit = table.matches(tolerance_s) != NO_TRUTH
    counts = [
        np.bincount(index, minlength=len(games))
        for index in (
            table.claims.game_index[hit],
            table.claims.game_index,
            table.truths.game_index,
        )
    ]
    return np.stack(counts, axis=1).astype(np.float64)


def pooled_figures(parts: Sequence[tuple[GameCounts, Ints]]) -> dict[str, Floats]:
    """The figures of many weighted sets of games at once.

    Args:
        parts: counts of the same games and how often each game counts, shape (n, g) each; the
            counts of all parts are added. One part with a weight of 1 for every game gives the
            official figures.

    Returns:
        For each official metric, and for "precision", "recall" and "f1", n figures from 0 to 1.
        Classes without truth in all games count 0, as officially; a class whose truths are only
        in games that a set does not contain is left out of that set's mean, which would otherwise
        fall by chance.
    """
    first = parts[0][0]
    tolerances = tolerances_of(first.metrics)
    sets, classes = len(parts[0][1]), first.truths.shape[1]
    total, known = np.zeros((sets, len(tolerances))), np.zeros((sets, 1))
    with_truth = np.flatnonzero(first.truths.any(axis=0)).tolist()
    for label in with_truth:
        truths = _added(w @ t.truths[:, label] for t, w in parts)
        # Average precision is 0 where there is no truth, so only the count of classes differs.
        total += _class_precision(parts, label, truths)
        known += truths[:, None] > 0
    maps = total / np.maximum(known, 1) * (len(with_truth) / classes)
    figures = {}
    for name in first.metrics:
        rows = [tolerances.index(d) for d in OFFICIAL_METRICS[name]]
        figures[name] = mean_height(maps[:, rows])
    true, claims, truths = np.moveaxis(_added(w @ t.rates for t, w in parts), 1, 0)
    figures["precision"] = true / np.maximum(claims, 1)
    figures["recall"] = true / np.maximum(truths, 1)
    figures["f1"] = 2 * true / np.maximum(claims + truths, 1)
    return figures


def _class_precision(
    parts: Sequence[tuple[GameCounts, Ints]], label: int, truths: Floats
) -> Floats:
    """Average precision of one class; shape (n, t)."""
    claims = at_least(_added(w @ t.claims[:, label] for t, w in parts))
    columns = []
    for row in range(parts[0][0].true.shape[1]):
        # float32 holds every count below 16 million exactly, and multiplies faster.
        true = _added(w.astype(np.float32) @ t.true[:, row, label] for t, w in parts)
        columns.append(average_precision(at_least(true), claims, truths))
    return np.stack(columns, axis=1)


def _added(parts: Iterable[Any]) -> Any:
    """The sum of arrays of one shape."""
    return reduce(np.add, parts)
