"""Logistic regression of many targets on the same features."""

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.spots.claims import Floats

_NEVER = -20.0
_EDGE = 1e-6

MOST_STEPS = 5_000
"""A decoder of one model on eight games needs about 250."""

_STILL_FALLING = 1
"""Status of L-BFGS-B where it stopped at its limit."""


def fit_logistic(
    features: NDArray[np.float32], targets: Floats, penalty: float, iterations: int = MOST_STEPS
) -> Floats:
    """Weights that maximize the likelihood minus penalty/2 times their squared sum.

    All targets are fitted in one search: they are independent, but share the pass over the
    features, which takes most of the time.

    Args:
        features: standardized; shape (n, f).
        targets: probabilities from 0 to 1; shape (n, t). One that is never above 0.5 is
            taken as never happening.
        penalty: L2, on all weights but the intercept.
        iterations: of L-BFGS, at most; the search ends where the loss no longer falls.

    Returns:
        Shape (f + 1, t), the intercepts last.

    Raises:
        UserError: the loss was still falling after so many iterations.
    """
    from scipy.optimize import minimize

    happens = targets.max(axis=0, initial=0.0) > 0.5
    weights = np.zeros((features.shape[1] + 1, targets.shape[1]))
    weights[-1] = _NEVER
    if not happens.any():
        return weights
    wanted = targets[:, happens].astype(np.float32)
    start = np.zeros((len(weights), wanted.shape[1]))
    mean = wanted.mean(axis=0, dtype=np.float64).clip(_EDGE, 1 - _EDGE)
    start[-1] = np.log(mean / (1 - mean))

    def loss(flat: Floats) -> tuple[float, Floats]:
        at = flat.reshape(start.shape)
        score = features @ at[:-1].astype(np.float32) + at[-1].astype(np.float32)
        error = 1 / (1 + np.exp(-score)) - wanted
        value = float(np.sum(np.logaddexp(0, score) - wanted * score, dtype=np.float64))
        slopes = (features.T @ error).astype(np.float64) + penalty * at[:-1]
        intercepts = error.sum(axis=0, dtype=np.float64)
        gradient = np.concatenate([slopes, intercepts[None]])
        return value + penalty / 2 * float(np.sum(at[:-1] ** 2)), gradient.ravel()

    options = {"maxiter": iterations, "maxfun": 2 * iterations}
    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    if found.status == _STILL_FALLING:
        raise UserError(
            f"fitting a decoder did not converge in {iterations} steps: fit it on more games."
        )
    weights[:, happens] = found.x.reshape(start.shape)
    return weights
