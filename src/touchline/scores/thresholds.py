"""Precision-recall curves, and confidence thresholds fitted on other games."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.scores.events.event_columns import Bools, Floats, Ints
from touchline.scores.events.event_table import EventTable
from touchline.scores.events.matching import NO_TRUTH
from touchline.scores.folds import fold_of_game
from touchline.scores.precision_recall import PrecisionRecall, rates_of


@dataclass(frozen=True, slots=True)
class PrecisionRecallCurve:
    """Precision and recall when only spots of at least some confidence count.

    Attributes:
        label: the class, or "all" for all classes pooled.
        confidence: each distinct confidence, from high to low; shape (n,).
        precision: at that threshold; shape (n,).
        recall: at that threshold; shape (n,).
    """

    label: str
    confidence: Floats
    precision: Floats
    recall: Floats

    @property
    def f1(self) -> Floats:
        """Harmonic mean of precision and recall, 0 where both are."""
        both = self.precision + self.recall
        product = 2 * self.precision * self.recall
        return np.divide(product, both, out=np.zeros_like(both), where=both > 0)

    def subsampled(self, points: int) -> "PrecisionRecallCurve":
        """The curve with at most so many points, evenly spaced, first and last included."""
        last = max(0, len(self.recall) - 1)
        kept = np.unique(np.linspace(0, last, points).astype(int))[: len(self.recall)]
        return PrecisionRecallCurve(
            self.label, self.confidence[kept], self.precision[kept], self.recall[kept]
        )


def precision_recall_curve(
    table: EventTable, tolerance_s: float, label: str | None = None, games: Bools | None = None
) -> PrecisionRecallCurve:
    """The precision-recall curve at one tolerance, with exact thresholds.

    Args:
        table: the games.
        tolerance_s: full width of the window around a truth.
        label: a class, or None for all pooled.
        games: mask over the games; None for all.
    """
    matched = table.matches(tolerance_s) != NO_TRUTH
    place = ALL if label is None else table.task.classes.index(label)
    return _curve(table, matched, _by_confidence(table)[place], place, games)


ALL = -1
"""Stands for all classes pooled, where a class has its number."""


def _by_confidence(table: EventTable) -> list[Ints]:
    """The claims of each class, most confident first, and last those of all pooled."""
    order = np.argsort(-table.claims.value, kind="stable")
    of_class = table.claims.class_index[order]
    return [*(order[of_class == i] for i in range(table.claims.classes)), order]


def _curve(
    table: EventTable, matched: Bools, ranked: Ints, place: int, games: Bools | None
) -> PrecisionRecallCurve:
    of_truths = np.ones(len(table.truths.group), bool)
    if place != ALL:
        of_truths &= table.truths.class_index == place
    if games is not None:
        of_truths &= games[table.truths.game_index]
        ranked = ranked[games[table.claims.game_index[ranked]]]
    confidence = table.claims.value[ranked]
    # Spots of one confidence pass or fall together, so only the last of each counts.
    last = np.flatnonzero(np.diff(confidence, append=-1.0))
    found = np.cumsum(matched[ranked])[last]
    total = max(int(of_truths.sum()), 1)
    return PrecisionRecallCurve(
        "all" if place == ALL else table.task.classes[place],
        confidence[last],
        found / (last + 1),
        found / total,
    )


@dataclass(frozen=True, slots=True)
class HeldOutThresholds:
    """How well a confidence threshold does on games that it was not fitted on.

    Attributes:
        tolerance_s: full width of the window around a truth.
        none: rates of all spots, without a threshold.
        common: rates with one threshold for all classes.
        per_class: rates with a threshold for each class of its own.
        common_threshold: fitted on all games, for use on new games; None where no threshold
            finds anything.
        class_thresholds: likewise for each class; a class without a true positive has None.
    """

    tolerance_s: float
    none: PrecisionRecall
    common: PrecisionRecall
    per_class: PrecisionRecall
    common_threshold: float | None
    class_thresholds: dict[str, float | None]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def held_out_thresholds(table: EventTable, tolerance_s: float) -> HeldOutThresholds:
    """Thresholds with the highest F1, fitted on the other folds of games and scored on each fold.

    The counts of all folds are pooled. A class without a true positive in the fitting games uses
    the common threshold. With one game there are no others to fit on, so no spot is left out.
    """
    folds = fold_of_game(len(table.games))
    claims, ranked = table.claims, _by_confidence(table)
    matched = table.matches(tolerance_s) != NO_TRUTH
    common, by_class = np.zeros(len(claims.group)), np.zeros(len(claims.group))
    for fold in np.unique(folds) if len(table.games) > 1 else ():
        held_out = folds[claims.game_index] == fold
        shared, own = _fit(table, matched, ranked, folds != fold)
        common[held_out] = shared
        by_class[held_out] = own[claims.class_index[held_out]]
    shared, own = _fit(table, matched, ranked, None)
    found = np.bincount(claims.class_index[matched], minlength=claims.classes) > 0
    return HeldOutThresholds(
        tolerance_s,
        rates_of(table, matched, np.ones(len(claims.group), bool), tolerance_s),
        rates_of(table, matched, claims.value >= common, tolerance_s),
        rates_of(table, matched, claims.value >= by_class, tolerance_s),
        shared if matched.any() else None,
        {name: float(own[i]) if found[i] else None for i, name in enumerate(table.task.classes)},
    )


def sweep_tolerances(
    table: EventTable, tolerances_s: Sequence[float] = (1, 2, 3, 4, 5, 10, 20, 30, 60)
) -> tuple[HeldOutThresholds, ...]:
    """Held-out thresholds at each tolerance."""
    return tuple(held_out_thresholds(table, tolerance) for tolerance in tolerances_s)


def _fit(
    table: EventTable, matched: Bools, ranked: list[Ints], games: Bools | None
) -> tuple[float, Floats]:
    """The best common threshold, and that of each class."""
    common = _best(_curve(table, matched, ranked[ALL], ALL, games), 0.0)
    return common, np.array(
        [
            _best(_curve(table, matched, ranked[i], i, games), common)
            for i in range(table.claims.classes)
        ]
    )


def _best(curve: PrecisionRecallCurve, otherwise: float) -> float:
    if not len(curve.f1) or curve.f1.max() == 0:
        return otherwise
    return float(curve.confidence[curve.f1.argmax()])
