"""The fit of a decoder: where it ends, and that it does not depend on where it begins."""

import numpy as np
import pytest
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.spots.decoder.logistic import fit_and_start, fit_logistic, start_at

PENALTY = 20.0
Values = NDArray[np.float64]


def made_up(rows: int = 3_000, seed: int = 0) -> tuple[NDArray[np.float32], Values]:
    """Features of very different spread, and targets that are rare, common and absent."""
    random = np.random.default_rng(seed)
    mixed = random.normal(size=(40, 40)) * np.geomspace(0.05, 3, 40)
    features = random.normal(size=(rows, 40)) @ mixed
    features /= features.std(axis=0)
    score = features @ random.normal(size=(40, 3)) - np.array([9.0, 2.0, 0.0])
    targets = (random.uniform(size=score.shape) < 1 / (1 + np.exp(-score))).astype(float)
    targets[:, 2] = 0.0
    return features.astype(np.float32), targets


def loss(weights: Values, features: NDArray[np.float32], targets: Values) -> Values:
    score = features.astype(np.float64) @ weights[:-1] + weights[-1]
    each = np.logaddexp(0, score) - targets * score
    return np.asarray(each.sum(axis=0) + PENALTY / 2 * (weights[:-1] ** 2).sum(axis=0))


def minimum(features: NDArray[np.float32], targets: Values) -> Values:
    """By Newton's method, in double precision."""
    rows = np.append(features.astype(np.float64), np.ones((len(features), 1)), axis=1)
    ridge = np.append(np.full(features.shape[1], PENALTY), 0.0)
    weights = np.zeros((rows.shape[1], targets.shape[1]))
    for column in range(2):
        for _ in range(60):
            sure = 1 / (1 + np.exp(-rows @ weights[:, column]))
            slope = rows.T @ (sure - targets[:, column]) + ridge * weights[:, column]
            curve = (rows * (sure * (1 - sure))[:, None]).T @ rows + np.diag(ridge)
            step = np.linalg.solve(curve, slope)
            weights[:, column] -= step / max(1.0, np.abs(step).max())
    return loss(weights, features, targets)


def test_a_fit_ends_at_the_minimum_wherever_it_begins() -> None:
    features, targets = made_up()
    least = minimum(features, targets)[:2]
    cold = fit_logistic(features, targets, PENALTY)
    assert (loss(cold, features, targets)[:2] < least + 0.2).all()
    part = features[600:], targets[600:]
    near = start_at(features, cold, PENALTY)
    warm = fit_logistic(*part, PENALTY, start=near)
    assert (loss(warm, *part)[:2] < minimum(*part)[:2] + 0.2).all()
    assert np.abs(warm - fit_logistic(*part, PENALTY))[:, :2].max() < 0.3
    assert np.abs(warm - cold)[:, :2].max() > 0.1


def test_what_never_happens_and_what_never_varies_has_no_weight() -> None:
    features, targets = made_up()
    cold = fit_logistic(features, targets, PENALTY)
    assert not cold[:-1, 2].any()
    assert cold[-1, 2] == -20
    near = start_at(features, cold, PENALTY)
    features[:, 7] = 0.0
    warm = fit_logistic(features, targets, PENALTY, start=near)
    assert not warm[7].any()
    assert cold[7, :2].all()
    assert np.abs(warm - fit_logistic(features, targets, PENALTY))[:, :2].max() < 0.3


def test_a_fit_that_is_stopped_early_is_refused() -> None:
    features, targets = made_up()
    with pytest.raises(UserError, match="did not converge in 3 steps"):
        fit_logistic(features, targets, PENALTY, iterations=3)


def test_of_many_rows_a_class_that_few_of_them_have_is_fitted_all_the_same() -> None:
    generator = np.random.default_rng(5)
    features = generator.normal(size=(45_000, 3)).astype(np.float32)
    often = 1 / (1 + np.exp(3 - features[:, 0]))
    targets = np.zeros((len(features), 3), np.float32)
    targets[:, 0] = generator.uniform(size=len(features)) < often
    # Every second row is fitted first, and none of these is among them; the last one never happens.
    seldom = np.arange(1, 4_001, 200)
    targets[seldom, 1] = 1
    features[seldom, 1] += 4
    found = fit_and_start(features, targets, PENALTY).weights
    cold = fit_logistic(features, targets, PENALTY)
    assert np.abs(found - cold)[:, :2].max() < 0.02
    assert found[1, 1] > 0.2
    assert (found[:, 2] == cold[:, 2]).all()
