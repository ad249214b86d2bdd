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
    claims, truths = table.claims, table.truths
    rows = np.argsort(-claims.value, kind="stable")
    of_truths = np.ones(len(truths.group), bool)
    if label is not None:
        place = table.task.classes.index(label)
        rows = rows[claims.class_index[rows] == place]
        of_truths &= truths.class_index == place
    if games is not None:
        rows = rows[games[claims.game_index[rows]]]
        of_truths &= games[truths.game_index]
    matched = table.matches(tolerance_s) != NO_TRUTH
    points = _points(claims.value[rows], matched[rows], int(of_truths.sum()))
    return PrecisionRecallCurve("all" if label is None else label, *points)


def _points(confidence: Floats, matched: Bools, truths: int) -> tuple[Floats, Floats, Floats]:
    """Confidence, precision and recall at each distinct confidence, from high to low."""
    # Spots of one confidence pass or fall together, so only the last of each counts.
    last = np.flatnonzero(np.diff(confidence, append=-1.0))
    found = np.cumsum(matched)[last]
    return confidence[last], found / (last + 1), found / max(truths, 1)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The claims of a class, or of all, most confident first.

    Attributes:
        rows: of the claims; shape (n,).
        confidence: of each claim; shape (n,).
        fold: of the game of each claim; shape (n,).
        truths: of the class, by fold.
    """

    rows: Ints
    confidence: Floats
    fold: Ints
    truths: Ints

    def best(self, matched: Bools, left_out: int | None, otherwise: float) -> float:
        """The confidence with the highest F1, or another one where none finds anything."""
        right, confidence, truths = matched[self.rows], self.confidence, int(self.truths.sum())
        if left_out is not None:
            kept = self.fold != left_out
            right, confidence = right[kept], confidence[kept]
            truths -= int(self.truths[left_out])
        curve = PrecisionRecallCurve("", *_points(confidence, right, truths))
        f1 = curve.f1
        if not len(f1) or f1.max() == 0:
            return otherwise
        return float(curve.confidence[f1.argmax()])


def _rankings(table: EventTable, folds: Ints) -> list[_Ranking]:
    """Those of each class, and last that of all pooled."""
    claims, truths = table.claims, table.truths
    order = np.argsort(-claims.value, kind="stable")
    of_class = claims.class_index[order]
    fold_of_claim, fold_of_truth = folds[claims.game_index], folds[truths.game_index]
    size = int(folds.max(initial=0)) + 1
    found = []
    for i in [*range(claims.classes), None]:
        rows = order if i is None else order[of_class == i]
        of_truths = fold_of_truth if i is None else fold_of_truth[truths.class_index == i]
        counts = np.bincount(of_truths, minlength=size)
        found.append(_Ranking(rows, claims.value[rows], fold_of_claim[rows], counts))
    return found


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
    return _held_out(table, tolerance_s, folds, _rankings(table, folds))


def _held_out(
    table: EventTable, tolerance_s: float, folds: Ints, rankings: Sequence[_Ranking]
) -> HeldOutThresholds:
    claims = table.claims
    of_class, fold_of_claim = claims.class_index, folds[claims.game_index]
    matched = table.matches(tolerance_s) != NO_TRUTH
    common, by_class = np.zeros(len(claims.group)), np.zeros(len(claims.group))
    for fold in np.unique(folds).tolist() if len(table.games) > 1 else ():
        held_out = fold_of_claim == fold
        shared, own = _fit(matched, rankings, fold)
        common[held_out] = shared
        by_class[held_out] = own[of_class[held_out]]
    shared, own = _fit(matched, rankings, None)
    found = np.bincount(of_class[matched], minlength=claims.classes) > 0
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
    folds = fold_of_game(len(table.games))
    rankings = _rankings(table, folds)
    return tuple(_held_out(table, one, folds, rankings) for one in tolerances_s)


def _fit(
    matched: Bools, rankings: Sequence[_Ranking], left_out: int | None
) -> tuple[float, Floats]:
    """The best common threshold, and that of each class, without a fold."""
    *of_class, pooled = rankings
    common = pooled.best(matched, left_out, 0.0)
    return common, np.array([one.best(matched, left_out, common) for one in of_class])
