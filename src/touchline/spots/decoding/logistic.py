"""Logistic regression of many targets on the same features."""

import numpy as np
from numpy.typing import NDArray

from touchline.spots.claims import Floats

_NEVER = -20.0
_EDGE = 1e-6


def fit_logistic(
    features: NDArray[np.float32], targets: Floats, penalty: float, iterations: int = 60
) -> Floats:
    """Weights that maximise the likelihood less penalty/2 times their squared sum.

    Args:
        features: standardised; shape (n, f).
        targets: probabilities from 0 to 1; shape (n, t). One that is never above a half is taken
            never to happen.
        penalty: L2, on all weights but the intercept.
        iterations: of L-BFGS, at most.

    Returns:
        Shape (f + 1, t), the intercepts last.
    """
    from scipy.optimize import minimize

    weights = np.zeros((features.shape[1] + 1, targets.shape[1]))
    for column in range(targets.shape[1]):
        target = targets[:, column].astype(np.float32)
        mean = float(target.mean(dtype=np.float64).clip(_EDGE, 1 - _EDGE))
        if target.max(initial=0.0) <= 0.5:
            weights[-1, column] = _NEVER
            continue

        def loss(at: Floats, target: NDArray[np.float32] = target) -> tuple[float, Floats]:
            score = features @ at[:-1].astype(np.float32) + np.float32(at[-1])
            error = 1 / (1 + np.exp(-score)) - target
            value = float(np.sum(np.logaddexp(0, score) - target * score, dtype=np.float64))
            gradient = np.append(features.T @ error, error.sum(dtype=np.float64)).astype(float)
            gradient[:-1] += penalty * at[:-1]
            return value + penalty / 2 * float(at[:-1] @ at[:-1]), gradient

        start = np.zeros(len(weights))
        start[-1] = np.log(mean / (1 - mean))
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations})
        weights[:, column] = found.x
    return weights
