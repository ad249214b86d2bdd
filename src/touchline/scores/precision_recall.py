"""Precision, recall and F1 at one tolerance."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Bools, Games
from touchline.scores.events.event_table import EventTable, align_events
from touchline.scores.events.matching import NO_TRUTH


@dataclass(frozen=True, slots=True)
class Rates:
    """How many claims were right and how many truths were found.

    Attributes:
        true_positives: claims matched to a truth.
        claims: all claims.
        truths: all truths.
        precision: true positives / claims; 0 where nothing was claimed.
        recall: true positives / truths; 0 where there was nothing to find.
        f1: their harmonic mean, 2 TP / (claims + truths); 0 where both are empty.
    """

    true_positives: int
    claims: int
    truths: int
    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, true_positives: int, claims: int, truths: int) -> "Rates":
        """The rates that follow from three counts."""
        return cls(
            true_positives,
            claims,
            truths,
            true_positives / claims if claims else 0.0,
            true_positives / truths if truths else 0.0,
            2 * true_positives / (claims + truths) if claims + truths else 0.0,
        )


@dataclass(frozen=True, slots=True)
class ClassMean:
    """Plain means over the classes that have a truth."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, rates: Iterable[Rates]) -> "ClassMean":
        """The means over those of `rates` with a truth; 0 where there is none."""
        with_truth = [rate for rate in rates if rate.truths]
        if not with_truth:
            return cls(0.0, 0.0, 0.0)
        return cls(
            sum(rate.precision for rate in with_truth) / len(with_truth),
            sum(rate.recall for rate in with_truth) / len(with_truth),
            sum(rate.f1 for rate in with_truth) / len(with_truth),
        )


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Precision, recall and F1 at one tolerance.

    Attributes:
        tolerance_s: full width of the window around a truth, in seconds.
        micro: all events pooled.
        macro: plain mean over the classes with a truth.
        per_class: by class, in the task's order.
    """

    tolerance_s: float
    micro: Rates
    macro: ClassMean
    per_class: dict[str, Rates]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def precision_recall_f1(
    games: Games | EventTable,
    tolerance_s: float = TOLERANCE_S,
    task: Task = SOCCERNET_V2,
    min_confidence: float = 0.0,
) -> PrecisionRecall:
    """Precision, recall and F1 of the spots, with times to the millisecond.

    The matching rule is the official one: within a class and half, each truth in the order of
    time takes the most confident claim left within tolerance_s / 2 of it. Spots are neither merged
    nor overwritten here, so each duplicate is a false positive.

    Args:
        games: labels and spots by game id, or `align_events` of them.
        tolerance_s: full width of the window around a truth, as the official tolerances.
        task: classes and rules; unused where `games` is an `EventTable`.
        min_confidence: spots below it are not counted as claims.

    Example:
        >>> from touchline.games import Label
        >>> from touchline.spots.types import Spot
        >>> truth, spot = Label(1, 60_000, "Goal"), Spot(1, 61_000, "Goal", "home", 0.9)
        >>> precision_recall_f1({"game": ([truth], [spot])}, tolerance_s=5).micro.f1
        1.0
    """
    table = games if isinstance(games, EventTable) else align_events(games, task)
    matched = table.matches(tolerance_s) != NO_TRUTH
    return rates_of(table, matched, table.claims.value >= min_confidence, tolerance_s)


def rates_of(table: EventTable, matched: Bools, kept: Bools, tolerance_s: float) -> PrecisionRecall:
    """The rates of those claims that are kept, given which claims are matched."""
    names = table.task.classes
    of_claims = table.claims.class_index[kept]
    truths = np.bincount(table.truths.class_index, minlength=len(names)).tolist()
    claims = np.bincount(of_claims, minlength=len(names)).tolist()
    found = np.bincount(of_claims[matched[kept]], minlength=len(names)).tolist()
    per_class = {name: Rates.of(found[i], claims[i], truths[i]) for i, name in enumerate(names)}
    return PrecisionRecall(
        tolerance_s,
        Rates.of(sum(found), sum(claims), sum(truths)),
        ClassMean.of(per_class.values()),
        per_class,
    )
