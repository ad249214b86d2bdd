"""How often a model is right at a confidence, and finds a class, by the labels of the run."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from touchline.games import Label
from touchline.spots import Spot

_WEIGHT = 5.0
"""How many events of its class a model's recall over all classes counts for."""

_CLASS_PENALTY, _SLOPE_PENALTY = 1.0, 1.0
"""Of the logistic fit: how strongly classes are held to be alike, and the slope to be 1."""
_STEPS = 25
_LEAST_CONFIDENCE = 0.001

_LEAST, _MOST = 0.01, 0.97
"""Bounds of a probability: a few hundred claims cannot show more."""

_STEADY = 3.0
"""Deviations from a model's usual place, in units of its usual spread, that say nothing."""

_LEAST_SPREAD_MS = 300
_LEAST_OFF_MS = 1000
"""Labels are often whole seconds, so less than this is no mistake."""
_MOST_OFF = 2.5
_DEVIATION = 1.4826
"""Standard deviation over median absolute deviation of a normal distribution."""


Floats = NDArray[np.float64]


@dataclass(slots=True)
class JudgedSpot:
    """One claim of a model, compared with the labels.

    Attributes:
        spot: the claim.
        found: the number of the label, among those of its game, that it found; None without.
        probability: that such a claim of the model is right.
        base_odds: log-odds that any claim of the model is right.
        off: log of how much more it is off in time than the model's right claims are.
    """

    spot: Spot
    found: int | None
    probability: float = 0.5
    base_odds: float = 0.0
    off: float = 0.0

    @property
    def odds(self) -> float:
        """Log-odds of `probability`."""
        return logit(self.probability)


class ModelReliability:
    """One model's claims beside the labels.

    Args:
        labels: by game.
        spots: by game.
        near_ms: how far a claim may be from a label and mean it.
    """

    def __init__(
        self,
        labels: Mapping[str, Sequence[Label]],
        spots: Mapping[str, Sequence[Spot]],
        near_ms: int,
    ) -> None:
        self._places = {
            game: _matched(labels.get(game, ()), of_game, near_ms)
            for game, of_game in spots.items()
        }
        self._set_probabilities([place for game in labels for place in self.places(game)])
        self._set_offsets(labels)
        self._truths: dict[str, int] = {}
        self._hits: dict[str, int] = {}
        for game, of_game in labels.items():
            for label in of_game:
                self._truths[label.label] = self._truths.get(label.label, 0) + 1
            for place in self.places(game):
                if place.found is not None:
                    self._hits[place.spot.label] = self._hits.get(place.spot.label, 0) + 1

    def places(self, game: str) -> list[JudgedSpot]:
        """The model's claims in a game."""
        return self._places.get(game, [])

    def recall(self, label: str) -> float:
        """The share of a class's events that the model finds; little data count little."""
        overall = (sum(self._hits.values()) + 1) / (sum(self._truths.values()) + 2)
        found, count = self._hits.get(label, 0), self._truths.get(label, 0)
        return _bounded((found + _WEIGHT * overall) / (count + _WEIGHT))

    def _set_probabilities(self, judged: list[JudgedSpot]) -> None:
        """What a confidence is worth, fitted to which claims the labels bear out."""
        everything = [place for of_game in self._places.values() for place in of_game]
        if not everything:
            return
        names = sorted({place.spot.label for place in everything})
        weights = _fit(_features(judged, names), [place.found is not None for place in judged])
        hits = sum(place.found is not None for place in judged)
        base = logit(_bounded((hits + 1) / (len(judged) + 2)))
        odds = _features(everything, names) @ weights
        for place, value in zip(everything, odds.tolist(), strict=True):
            place.probability = _bounded(1 / (1 + math.exp(-value)))
            place.base_odds = base

    def _set_offsets(self, labels: Mapping[str, Sequence[Label]]) -> None:
        found = [
            (place, place.spot.position_ms - labels[game][place.found].position_ms)
            for game, places in self._places.items()
            for place in places
            if place.found is not None
        ]
        if not found:
            return
        middle = median(off for _, off in found)
        spread = _DEVIATION * median(abs(off - middle) for _, off in found)
        for place, off in found:
            deviation = abs(off - middle)
            strange = deviation / max(spread, _LEAST_SPREAD_MS) - _STEADY
            if strange > 0 and deviation >= _LEAST_OFF_MS:
                place.off = min(_MOST_OFF, strange)


def _matched(labels: Sequence[Label], spots: Sequence[Spot], near_ms: int) -> list[JudgedSpot]:
    """Claims, the surest first, each with the nearest label of its class that is left."""
    left: dict[tuple[int, str], list[int]] = {}
    for number, label in enumerate(labels):
        left.setdefault((label.half, label.label), []).append(number)
    places = []
    for spot in sorted(spots, key=lambda one: (-one.confidence, one.half, one.position_ms)):
        numbers = left.get((spot.half, spot.label), [])

        def apart(number: int, spot: Spot = spot) -> int:
            return abs(labels[number].position_ms - spot.position_ms)

        nearest = min(numbers, key=apart, default=None)
        if nearest is not None and apart(nearest) > near_ms:
            nearest = None
        if nearest is not None:
            numbers.remove(nearest)
        places.append(JudgedSpot(spot, nearest))
    return places


def _features(places: Sequence[JudgedSpot], names: Sequence[str]) -> Floats:
    """A constant, the log-odds of the confidence, and the class; shape (claims, 2 + classes)."""
    columns = {name: number for number, name in enumerate(names, start=2)}
    features = np.zeros((len(places), 2 + len(names)))
    features[:, 0] = 1
    for row, place in enumerate(places):
        sure = min(1 - _LEAST_CONFIDENCE, max(_LEAST_CONFIDENCE, place.spot.confidence))
        features[row, 1] = logit(sure)
        features[row, columns[place.spot.label]] = 1
    return features


def _fit(features: Floats, right: Sequence[bool]) -> Floats:
    """Logistic regression with a ridge penalty, by Newton's method; shape (columns,)."""
    columns = features.shape[1]
    penalty = np.full(columns, _CLASS_PENALTY)
    penalty[:2] = 0.1, _SLOPE_PENALTY
    usual = np.zeros(columns)
    usual[1] = 1
    weights = usual.copy()
    truth = np.asarray(right, dtype=float)
    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        slope = features.T @ (expected - truth) + penalty * (weights - usual)
        curve = (features * (expected * (1 - expected))[:, None]).T @ features + np.diag(penalty)
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def _bounded(probability: float) -> float:
    return min(_MOST, max(_LEAST, probability))


def logit(probability: float) -> float:
    """The log of p / (1 - p).

    >>> logit(0.5)
    0.0
    """
    return math.log(probability / (1 - probability))
