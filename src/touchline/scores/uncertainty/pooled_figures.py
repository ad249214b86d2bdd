"""The figures of many weighted sets of games at once, over all classes and class by class."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from touchline.scores.events.event_columns import Floats, Ints
from touchline.scores.official.average_precision import at_least, average_precision
from touchline.scores.official.evaluator import OFFICIAL_METRICS, mean_height, tolerances_of
from touchline.scores.uncertainty.game_counts import GameCounts

RATES = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True)
class PooledFigures:
    """Figures from 0 to 1 of n weighted sets of games.

    Attributes:
        overall: by official metric, and "precision", "recall" and "f1"; shape (n,).
        per_class: likewise for each class; shape (n, classes). An average precision or a recall
            of a class without truth in the set is NaN, and so is a precision without spots.
    """

    overall: dict[str, Floats]
    per_class: dict[str, Floats]


def pooled_figures(counts: GameCounts, weights: Ints | Floats) -> PooledFigures:
    """The figures of many weighted sets of games at once.

    Args:
        counts: what each game adds.
        weights: how often each game counts in each set; shape (n, games). A weight of 1 for every
            game gives the official figures.

    Returns:
        The figures. Classes without truth in all games count 0, as officially; a class whose
        truths are only in games that a set does not contain is left out of that set's mean, which
        would otherwise fall by chance.
    """
    overall, per_class = _average_precisions(counts, weights)
    rates = np.tensordot(weights, counts.rates, axes=1)
    for name, of_classes, pooled in zip(
        RATES, _rates(rates), _rates(rates.sum(axis=-1)), strict=True
    ):
        per_class[name], overall[name] = of_classes, np.nan_to_num(pooled)
    return PooledFigures(overall, per_class)


def _average_precisions(
    counts: GameCounts, weights: Ints | Floats
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """The official metrics, over all classes and by class."""
    tolerances = tolerances_of(counts.metrics)
    classes = counts.truths.shape[1]
    truths = weights @ counts.truths
    with_truth = np.flatnonzero(counts.truths.any(axis=0)).tolist()
    precisions = np.zeros((len(weights), len(tolerances), classes))
    for label in with_truth:
        precisions[:, :, label] = _of_class(counts, weights, label, truths[:, label])
    known = (truths > 0).sum(axis=1)
    scale = len(with_truth) / classes / np.maximum(known, 1)
    overall, per_class = {}, {}
    for name in counts.metrics:
        heights = mean_height(precisions[:, _rows(name, tolerances)])
        # Average precision is 0 where there is no truth, so only the count of classes differs.
        overall[name] = heights.sum(axis=1) * scale
        per_class[name] = np.where(truths > 0, heights, np.nan)
    return overall, per_class


def _rows(metric: str, tolerances: Sequence[int]) -> list[int]:
    return [tolerances.index(d) for d in OFFICIAL_METRICS[metric]]


def _of_class(counts: GameCounts, weights: Ints | Floats, label: int, truths: Floats) -> Floats:
    """Average precision of one class; shape (n, tolerances)."""
    claims = at_least(weights @ counts.claims[:, label])
    # float32 holds every count below 16 million exactly, and multiplies faster.
    true = np.tensordot(weights.astype(np.float32), counts.true[:, :, label], axes=1)
    return average_precision(at_least(true), claims[:, None], truths[:, None])


def _rates(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Precision, recall and F1 from right spots, spots and truths on axis 1."""
    true, claims, truths = np.moveaxis(counts, 1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall = true / claims, true / truths
        f1 = np.where(truths > 0, 2 * true / (claims + truths), np.nan)
    return precision, recall, f1
