"""Confusion of classes in time: which class is claimed where another happens."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Events, Ints
from touchline.scores.events.event_table import EventTable
from touchline.scores.events.matching import NO_TRUTH, match_nearest


@dataclass(frozen=True, slots=True)
class ClassConfusion:
    """How often each class is claimed where each class happens.

    Attributes:
        tolerance_s: full width of the window around a truth.
        classes: names of the classes, in the task's order.
        counts: one row for each true class, and a last one for claims where nothing happens; one
            column for each claimed class, and a last one for truths without a claim. The last
            count of the last row is 0.
    """

    tolerance_s: float
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def class_confusion(table: EventTable, tolerance_s: float = TOLERANCE_S) -> ClassConfusion:
    """Pairs claims and truths of one half, of the same class first, then of any.

    Within a class, nearest pairs come first. What is left of truths and claims is then paired
    nearest first whatever its class: these are the confusions. So a claim that is right is never
    counted as confused because another event was a little nearer.

    Args:
        table: the games.
        tolerance_s: full width of the window around a truth; a pair is at most half of it apart.
    """
    truths, claims = table.truths, table.claims
    pairs = table.nearest_matches(tolerance_s)
    found = np.zeros(len(truths.group), dtype=bool)
    found[pairs[pairs != NO_TRUTH]] = True
    open_truths = _halves(truths, np.flatnonzero(~found))
    open_claims = _halves(claims, np.flatnonzero(pairs == NO_TRUTH))
    radius = round(tolerance_s * 500)
    left = match_nearest(_one_class(truths, open_truths), _one_class(claims, open_claims), radius)
    confused = left != NO_TRUTH
    pairs[open_claims[confused]] = open_truths[left[confused]]
    return ClassConfusion(tolerance_s, table.task.classes, _counts(truths, claims, pairs))


def _halves(events: Events, rows: Ints) -> Ints:
    """Rows in the order of half and time, whatever the class."""
    half = events.group[rows] // events.classes
    return rows[np.lexsort((events.time[rows], half))]


def _one_class(events: Events, rows: Ints) -> Events:
    """Some events as if there were one class only."""
    kept = events.only(rows)
    return replace(kept, group=kept.group // events.classes, classes=1)


def _counts(truths: Events, claims: Events, pairs: Ints) -> tuple[tuple[int, ...], ...]:
    size = truths.classes + 1
    counts = np.zeros((size, size), dtype=np.int64)
    happened = np.full(len(pairs), truths.classes)
    paired = pairs != NO_TRUTH
    happened[paired] = truths.class_index[pairs[paired]]
    np.add.at(counts, (happened, claims.class_index), 1)
    missed = np.setdiff1d(np.arange(len(truths.group)), pairs[paired])
    np.add.at(counts, (truths.class_index[missed], truths.classes), 1)
    return tuple(tuple(row) for row in counts.tolist())
