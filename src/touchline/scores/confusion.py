"""Confusion of classes in time: which class is claimed where another happens."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Events, Ints
from touchline.scores.events.event_table import EventTable
from touchline.scores.events.matching import NO_TRUTH
from touchline.scores.events.pairing import pair_across_classes


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
    """Counts claims and truths that are paired across classes (see `pair_across_classes`).

    Args:
        table: the games.
        tolerance_s: full width of the window around a truth; a pair is at most half of it apart.
    """
    pairs = pair_across_classes(table, tolerance_s)
    counts = _counts(table.truths, table.claims, pairs)
    return ClassConfusion(tolerance_s, table.task.classes, counts)


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
