"""Maps from stated confidence to the share that is right, fitted on examples."""

from collections.abc import Callable

import numpy as np

from touchline.scores.events.event_columns import Bools, Floats

Calibrator = Callable[[Floats], Floats]
"""Turns confidences into probabilities; never decreasing."""

_STEPS = 50


def fit_platt(confidence: Floats, right: Bools) -> Calibrator:
    """Platt scaling: a logistic curve over the log-odds of the confidence.

    p = 1 / (1 + exp(-(a logit(c) + b))) with a >= 0, fitted by Newton's method to Platt's
    smoothed targets, (n+ + 1) / (n+ + 2) and 1 / (n- + 2) (Platt 1999; Lin, Lin and Weng 2007).

    Args:
        confidence: from 0 to 1; shape (n,).
        right: whether each was right; shape (n,).
    """
    x = _log_odds(confidence)
    positives = int(right.sum())
    high, low = (positives + 1) / (positives + 2), 1 / (len(right) - positives + 2)
    target = np.where(right, high, low)
    features = np.stack((x, np.ones_like(x)))
    weights = np.array([0.0, np.log((positives + 1) / (len(right) - positives + 1))])
    for _ in range(_STEPS):
        p = _sigmoid(weights @ features)
        gradient = features @ (p - target)
        # The small ridge keeps the step finite where all confidences are equal.
        curvature = (features * (p * (1 - p))) @ features.T + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-10:
            break
    slope, intercept = weights.tolist()
    if slope < 0:
        # Confidence that points the wrong way is replaced by the base rate.
        slope, intercept = 0.0, float(np.log((positives + 1) / (len(right) - positives + 1)))
    return lambda c: _sigmoid(slope * _log_odds(c) + intercept)


def fit_isotonic(confidence: Floats, right: Bools) -> Calibrator:
    """Isotonic regression: the best never-decreasing map, straight between its steps.

    Zadrozny and Elkan (2002).

    Args:
        confidence: from 0 to 1; shape (n,).
        right: whether each was right; shape (n,).
    """
    from scipy.optimize import isotonic_regression

    values, place = np.unique(confidence, return_inverse=True)
    if not len(values):
        return lambda c: c
    counts = np.bincount(place)
    share = np.bincount(place, weights=right) / counts
    fitted = isotonic_regression(share, weights=counts).x
    return lambda c: np.interp(c, values, fitted)


CALIBRATORS: dict[str, Callable[[Floats, Bools], Calibrator]] = {
    "platt": fit_platt,
    "isotonic": fit_isotonic,
}


def _log_odds(confidence: Floats) -> Floats:
    inside = np.clip(confidence, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(inside / (1 - inside))
    return odds


def _sigmoid(x: Floats) -> Floats:
    p: Floats = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    return p
