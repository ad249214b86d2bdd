"""Intervals over games: a figure, and Student's t times its jackknife standard error."""

import math
from dataclasses import dataclass

import numpy as np

from touchline.scores.defaults import LEAST_GAMES
from touchline.scores.events.event_columns import Floats
from touchline.scores.uncertainty.games_left_out import LeaveOneOut, standard_error
from touchline.scores.uncertainty.pooled_figures import RATES
from touchline.scores.uncertainty.student import t_quantile

LEVEL = 0.95

RARE_GAMES = 5
"""A class with a truth in fewer games is rare: its games say too little of how its AP varies."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its interval.

    Attributes:
        value: the figure on all games.
        low: lower end; None where the games are too few for an interval.
        high: upper end, likewise.
    """

    value: float
    low: float | None
    high: float | None

    @property
    def ends(self) -> tuple[float, float] | None:
        """Both ends, or None."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def intervals(found: LeaveOneOut) -> dict[str, Interval]:
    """95 % intervals of a model's figures.

    Args:
        found: the figures, with each game left out.

    Returns:
        By official metric, and "precision", "recall" and "f1".
    """
    if len(found.games) < LEAST_GAMES:
        return {name: Interval(value, None, None) for name, value in found.figures.items()}
    return {
        name: interval_around(value, found.without[name])
        if name in RATES
        else _around_mean_of_classes(found, name)
        for name, value in found.figures.items()
    }


def interval_around(value: float, without: Floats, lowest: float = 0.0) -> Interval:
    """A figure ± t(n - 1) · its jackknife standard error, within its bounds.

    Args:
        value: the figure on all n games.
        without: the figure without each game; shape (n,).
        lowest: bound below; the bound above is 1.
    """
    if len(without) < LEAST_GAMES:
        return Interval(value, None, None)
    return _interval(value, float(standard_error(without)) ** 2, len(without), lowest)


def class_intervals(found: LeaveOneOut, metric: str) -> list[Interval | None]:
    """95 % intervals of a figure of each class; None for a class without a figure.

    The variance is the jackknife's, or that of a share of the class's truths (`_share_variance`)
    where this is larger, and the square of the jackknife's bias.

    Args:
        found: the figures, with each game left out.
        metric: an official metric, "precision", "recall" or "f1".
    """
    values, without = found.class_figures[metric], found.class_without[metric]
    floor = _share_variance(values, found.truths)
    result: list[Interval | None] = []
    for i, value in enumerate(values.tolist()):
        few = found.games_with_truth[i] < LEAST_GAMES
        if np.isnan(value):
            result.append(None)
        elif few or np.isnan(without[:, i]).any():
            result.append(Interval(value, None, None))
        else:
            spread = max(float(standard_error(without[:, i])) ** 2, float(floor[i]))
            variance = spread + _bias(value, without[:, i]) ** 2
            result.append(_interval(value, variance, len(without)))
    return result


def _around_mean_of_classes(found: LeaveOneOut, metric: str) -> Interval:
    """The interval of an average-mAP.

    Over the classes that have a truth in at least 5 games: jackknife variance and the square of the
    jackknife's bias, because a pooled AP of few games is biased; at most as much again as the
    variance, because with many games the bias is small and its estimate noisy. Of each rare class:
    its own jackknife variance, or that of a share of its games where this is larger, because the
    games that have it are too few to show how its AP varies.
    """
    values, without = found.class_figures[metric], found.class_without[metric]
    classes = len(values)
    known = ~np.isnan(values)
    rare = known & (found.games_with_truth < RARE_GAMES)
    common = known & ~rare
    total = without[:, common].sum(axis=1) / classes
    variance = float(standard_error(total)) ** 2
    variance += min(_bias(float(values[common].sum()) / classes, total) ** 2, variance)
    own = np.nan_to_num(standard_error(without[:, rare]) ** 2)
    shares = _share_variance(values[rare], found.games_with_truth[rare])
    variance += float(np.maximum(own, shares).sum()) / classes**2
    return _interval(found.figures[metric], variance, len(found.games))


def _share_variance(share: Floats, count: Floats) -> Floats:
    """Variance of a share of so many trials, drawn to 1/2 by half a trial to each side so that a
    share of 0 or 1 is not certain (Jeffreys).
    """
    drawn = (share * count + 0.5) / (count + 1)
    result: Floats = drawn * (1 - drawn) / (count + 1)
    return result


def _bias(value: float, without: Floats) -> float:
    """The jackknife's estimate of a figure's bias (Quenouille 1956)."""
    return (len(without) - 1) * (float(without.mean()) - value)


def _interval(value: float, variance: float, games: int, lowest: float = 0.0) -> Interval:
    reach = t_quantile((1 + LEVEL) / 2, games - 1) * math.sqrt(variance)
    return Interval(value, max(lowest, value - reach), min(1.0, value + reach))
