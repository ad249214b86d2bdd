"""Average precision from counts at 200 confidence thresholds, as in the official evaluator."""

from typing import Any

import numpy as np

from touchline.scores.events.event_columns import Floats, Ints

THRESHOLDS: Floats = np.linspace(0, 1, 200)
RECALLS: Floats = np.arange(11) / 10
BINS = len(THRESHOLDS) + 1
_ROUNDING = 1e-9


def confidence_bins(confidence: Floats) -> Ints:
    """How many of the 200 thresholds each confidence reaches: from 0 to 200."""
    return np.searchsorted(THRESHOLDS, confidence, side="right")


def at_least(counts: Any) -> Floats:
    """Counts at or above each threshold, from counts per bin.

    Args:
        counts: shape (..., 201), the last axis as `confidence_bins` numbers it.

    Returns:
        Shape (..., 200).
    """
    return np.cumsum(counts[..., :0:-1], axis=-1, dtype=np.float64)[..., ::-1]


def average_precision(true_positives: Floats, claims: Floats, truths: Floats) -> Floats:
    """11-point interpolated average precision.

    AP = 1/11 sum over r in {0, 0.1, ..., 1} of the highest precision at any threshold where
    recall is at least r (Everingham et al., The PASCAL Visual Object Classes Challenge, 2010).
    Precision is 0 where nothing is claimed, recall is 0 where there is no truth.

    Args:
        true_positives: shape (..., 200), at each threshold.
        claims: shape (..., 200), at each threshold; broadcast against `true_positives`.
        truths: shape (...), broadcast against the leading axes.

    Returns:
        Shape (...): average precision from 0 to 1.
    """
    shape = np.broadcast_shapes(true_positives.shape, claims.shape, (*truths.shape, 1))
    precision = np.divide(true_positives, claims, out=np.zeros(shape), where=claims > 0)
    total = truths[..., None]
    recall = np.divide(true_positives, total, out=np.zeros(shape), where=total > 0)
    best = np.maximum.accumulate(precision, axis=-1)
    # Recall falls as the threshold rises, so a recall is reached by the first thresholds, and the
    # last of them has its highest precision. Two shares of counts that differ, differ by far more
    # than the rounding that is allowed for here.
    steps = len(RECALLS) - 1
    # A recall above 1 is possible: a spot is visible by its nearest truth, not by the one it took.
    reached = np.minimum(np.floor(recall * steps + _ROUNDING), steps) + 1
    lost = -np.diff(reached, axis=-1, append=0.0)
    ap = np.einsum("...k,...k->...", best, lost)
    result: Floats = ap / len(RECALLS)
    return result
