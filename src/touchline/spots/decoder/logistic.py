"""Logistic regression of many targets on the same features."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.spots.claims import Floats, Ints

NEVER = -20.0
"""The intercept of what never happens."""

_EDGE = 1e-6

MOST_STEPS = 1_000
"""A decoder of one model on eight games needs about 50."""

_GAP = 0.005
"""How far above its minimum the loss of a target may end, in nats over all rows, as estimated."""

_MEMORY = 12
_LEAST_FALL = 1e-4
_ROUNDING = 1e-7
"""Of a loss summed over rows whose scores are of single precision, as a share of it."""

_MOST_HALVINGS = 25
_BLOCK = 16_384
_STUCK = 3
_CURVATURE_ROWS = 20_000

_SHARE_GOING = 0.75
"""Once no more targets than this share of those at work still move, the others leave the work."""

Inputs = NDArray[np.float32]
Precondition = Callable[[Floats, Ints], Floats]
"""Times an estimate of the inverse curvature: slopes, of the targets with these numbers."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a search begins: at the weights of a fit on nearly the same rows.

    It ends at the minimum of its own rows wherever it begins, near it in a fifth of the time.

    Attributes:
        weights: shape (f + 1, t), the intercepts last.
        curvature: of the loss of each target at these weights, as Cholesky factors; shape (f + 1,
            f + 1) each.
    """

    weights: Floats
    curvature: tuple[Any, ...]


def fit_logistic(
    features: Inputs,
    targets: Floats | Inputs,
    penalty: float,
    iterations: int = MOST_STEPS,
    start: Start | None = None,
) -> Floats:
    """Weights that maximize the likelihood minus penalty/2 times their squared sum.

    Each target has a search of its own (L-BFGS; Nocedal and Wright 2006, chapter 7), but all of
    them share the pass over the features, which takes most of the time.

    Args:
        features: standardized; shape (n, f).
        targets: probabilities from 0 to 1; shape (n, t). One that is never above 0.5 is
            taken as never happening.
        penalty: L2, on all weights but the intercept.
        iterations: of a search, at most; it ends where the loss is near its minimum (`_GAP`).
        start: where the search begins, if not at the mean of each target.

    Returns:
        Shape (f + 1, t), the intercepts last.

    Raises:
        UserError: the loss was still falling after so many iterations.
    """
    happens = np.flatnonzero(targets.max(axis=0, initial=0.0) > 0.5)
    weights = np.zeros((features.shape[1] + 1, targets.shape[1]))
    weights[-1] = NEVER
    if not len(happens):
        return weights
    loss = _Loss(features, targets[:, happens].astype(np.float32), penalty)
    if start is None:
        weights[:, happens] = _minimize(loss, loss.flat_start(), _by_diagonal(loss), iterations)
    else:
        parts = [start.curvature[i] for i in happens.tolist()]
        # What does not vary here has no slope, and so no weight.
        varies = np.append(features.min(axis=0) < features.max(axis=0), True)
        begin = np.where(varies[:, None], start.weights[:, happens], 0.0)
        weights[:, happens] = _minimize(loss, begin, _by_factors(parts, varies), iterations)
    return weights


def fit_and_start(features: Inputs, targets: Inputs, penalty: float) -> Start:
    """Fits, and gives a start for fits on nearly the same rows.

    Of many rows, evenly spaced ones are fitted first: a search on all of them begins at their
    minimum, with their curvature, and ends where one from the mean would in a fifth of the steps.

    Args:
        features: standardized; shape (n, f).
        targets: as `fit_logistic` takes them; shape (n, t).
        penalty: likewise.
    """
    every = max(1, len(features) // _CURVATURE_ROWS)
    if every == 1:
        return start_at(features, fit_logistic(features, targets, penalty), penalty)
    part = slice(None, None, every)
    rough = fit_logistic(features[part], targets[part], penalty / every)
    unseen = rough[-1] == NEVER
    rough[:, unseen] = _Loss(features, targets[:, unseen], penalty).flat_start()
    near = start_at(features, rough, penalty)
    return Start(fit_logistic(features, targets, penalty, start=near), near.curvature)


def start_at(features: Inputs, weights: Floats, penalty: float) -> Start:
    """A start for fits on nearly the same rows.

    Args:
        features: those that the weights were fitted on; shape (n, f). Of more than 20,000 rows
            the curvature is that of evenly spaced ones: it says which way is down, not where the
            minimum is.
        weights: as `fit_logistic` returns them; shape (f + 1, t).
        penalty: likewise.
    """
    from scipy.linalg import cho_factor

    every = max(1, len(features) // _CURVATURE_ROWS)
    rows = features[::every]

    size, targets = weights.shape
    curvature = np.zeros((targets, size, size))
    for first in range(0, len(rows), _BLOCK):
        block = np.pad(rows[first : first + _BLOCK], ((0, 0), (0, 1)), constant_values=1.0)
        small = np.exp(-np.abs(block @ weights.astype(np.float32)))
        spread = np.sqrt(small) / (1 + small)
        for target in range(targets):
            part = block * spread[:, target, None]
            curvature[target] += part.T @ part
    curvature *= len(features) / len(rows)
    diagonal = np.arange(size)
    curvature[:, diagonal, diagonal] += np.append(np.full(size - 1, penalty), _EDGE)
    return Start(weights, tuple(cho_factor(one, lower=True) for one in curvature))


class _Loss:
    """What is minimized, for the scores of all rows and targets at once."""

    def __init__(self, features: Inputs, wanted: Inputs, penalty: float) -> None:
        self._features = features
        self._wanted = wanted
        self._penalty = penalty

    def scores(self, weights: Floats) -> Inputs:
        single = weights.astype(np.float32)
        found: Inputs = self._features @ single[:-1] + single[-1]
        return found

    def of(self, scores: Inputs, weights: Floats) -> tuple[Floats, Inputs]:
        """The loss of each target, and how far the probability of each row is from its target."""
        small = np.exp(-np.abs(scores))
        each = np.log1p(small) + np.maximum(scores, 0) - self._wanted * scores
        value = each.sum(axis=0, dtype=np.float64)
        error = np.where(scores >= 0, np.float32(1), small) / (1 + small) - self._wanted
        return value + self._penalty / 2 * (weights[:-1] ** 2).sum(axis=0), error

    def slope(self, error: Inputs, weights: Floats) -> Floats:
        """The gradient; sums of single precision are added up in double precision."""
        slope: Floats = np.append(
            self._penalty * weights[:-1], error.sum(axis=0, dtype=np.float64)[None], axis=0
        )
        for first in range(0, len(error), _BLOCK):
            rows = slice(first, first + _BLOCK)
            slope[:-1] += (error[rows].T @ self._features[rows]).T
        return slope

    def flat_start(self) -> Floats:
        """No weight but the intercept, which gives each target its mean."""
        weights = np.zeros((self._features.shape[1] + 1, self._wanted.shape[1]))
        mean = self._mean()
        weights[-1] = np.log(mean / (1 - mean))
        return weights

    def diagonal(self) -> Floats:
        """The diagonal of the curvature where every row has the mean probability."""
        mean = self._mean()
        squares = np.einsum("ij,ij->j", self._features, self._features, dtype=np.float64)
        rows = np.append(squares, len(self._features))[:, None]
        diagonal: Floats = rows * (mean * (1 - mean))
        diagonal[:-1] += self._penalty
        return diagonal

    def only(self, targets: Ints) -> "_Loss":
        """The loss of some of the targets."""
        return _Loss(self._features, self._wanted[:, targets], self._penalty)

    def _mean(self) -> Floats:
        mean: Floats = self._wanted.mean(axis=0, dtype=np.float64).clip(_EDGE, 1 - _EDGE)
        return mean


def _by_diagonal(loss: _Loss) -> Precondition:
    diagonal = loss.diagonal()

    def divide(slope: Floats, targets: Ints) -> Floats:
        result: Floats = slope / diagonal[:, targets]
        return result

    return divide


def _by_factors(factors: list[Any], varies: NDArray[np.bool_]) -> Precondition:
    from scipy.linalg import cho_solve

    def solve(slope: Floats, targets: Ints) -> Floats:
        columns = [cho_solve(factors[t], slope[:, i]) for i, t in enumerate(targets.tolist())]
        return np.where(varies[:, None], np.stack(columns, axis=1), 0.0)

    return solve


@dataclass(slots=True)
class _Search:
    """Where the searches of the targets at work are; the columns of all arrays are these."""

    targets: Ints
    loss: _Loss
    weights: Floats
    scores: Inputs
    value: Floats
    slope: Floats
    stuck: Ints
    past: list[tuple[Floats, Floats, Floats]] = field(default_factory=list)

    def only(self, going: NDArray[np.bool_]) -> "_Search":
        """Those that still move: passes over all rows for the others would be for nothing."""
        kept = np.flatnonzero(going)
        return _Search(
            self.targets[kept],
            self.loss.only(kept),
            self.weights[:, kept],
            self.scores[:, kept],
            self.value[kept],
            self.slope[:, kept],
            self.stuck[kept],
            [(moved[:, kept], turned[:, kept], scale[kept]) for moved, turned, scale in self.past],
        )


def _minimize(loss: _Loss, weights: Floats, precondition: Precondition, most: int) -> Floats:
    """L-BFGS of each target, with one pass over the features a step for all of them."""
    scores = loss.scores(weights)
    value, error = loss.of(scores, weights)
    size = weights.shape[1]
    found = np.empty_like(weights)
    at = _Search(
        np.arange(size),
        loss,
        weights,
        scores,
        value,
        loss.slope(error, weights),
        np.zeros(size, int),
    )
    for _ in range(most):
        way = -_direction(at, precondition)
        fall = (at.slope * way).sum(axis=0)
        going = (-fall / 2 > _GAP) & (at.stuck < _STUCK)
        found[:, at.targets] = at.weights
        if not going.any():
            return found
        if going.mean() <= _SHARE_GOING:
            at, way, fall = at.only(going), way[:, going], fall[going]
            going = going[going]
        way[:, ~going] = 0.0
        _step(at, way, fall, going, most)
    raise _not_converged(most)


def _step(at: _Search, way: Floats, fall: Floats, going: NDArray[np.bool_], most: int) -> None:
    """Moves each target along its way as far as its loss falls enough."""
    change = at.loss.scores(way)
    length = going.astype(np.float64)
    for _ in range(_MOST_HALVINGS):
        there = at.weights + length * way
        scores = at.scores + length.astype(np.float32) * change
        value, error = at.loss.of(scores, there)
        worse = value > at.value + _LEAST_FALL * length * fall + _ROUNDING * np.abs(at.value)
        if not worse.any():
            break
        length[worse] *= 0.4
    else:
        raise _not_converged(most)
    slope = at.loss.slope(error, there)
    no_better = at.value - value < _ROUNDING * np.abs(at.value)
    at.stuck = np.where(going & no_better, at.stuck + 1, 0)
    at.past = [*at.past[1 - _MEMORY :], _pair(there - at.weights, slope - at.slope)]
    at.weights, at.scores, at.value, at.slope = there, scores, value, slope


def _direction(at: _Search, precondition: Precondition) -> Floats:
    """The slope times an estimate of the inverse curvature: the two loops of L-BFGS."""
    rest = at.slope.copy()
    shares = []
    for moved, turned, scale in reversed(at.past):
        shares.append(scale * (moved * rest).sum(axis=0))
        rest -= shares[-1] * turned
    way = precondition(rest, at.targets)
    for (moved, turned, scale), share in zip(at.past, reversed(shares), strict=True):
        way += moved * (share - scale * (turned * way).sum(axis=0))
    return way


def _pair(moved: Floats, turned: Floats) -> tuple[Floats, Floats, Floats]:
    product = (moved * turned).sum(axis=0)
    return moved, turned, np.divide(1.0, product, out=np.zeros_like(product), where=product > 0)


def _not_converged(steps: int) -> UserError:
    return UserError(f"fitting a decoder did not converge in {steps} steps: fit it on more games.")
