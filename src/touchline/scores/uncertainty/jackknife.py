"""Intervals over games: a figure, and Student's t times its jackknife standard error."""

from dataclasses import dataclass

import numpy as np

from touchline.scores.events.event_columns import Floats
from touchline.scores.uncertainty.games_left_out import LeaveOneOut, standard_error
from touchline.scores.uncertainty.student import t_quantile

LEVEL = 0.95

LEAST_GAMES = 5
"""Games from which on a figure has an interval (docs/studies/intervals.md)."""

LEAST_GAMES_OF_CLASS = 10
"""Games with a truth of a class from which on its figures have an interval."""


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
    return {
        name: interval_around(value, found.without[name]) for name, value in found.figures.items()
    }


def class_intervals(found: LeaveOneOut, metric: str) -> list[Interval | None]:
    """95 % intervals of a figure of each class; None for a class without a figure.

    Args:
        found: the figures, with each game left out.
        metric: an official metric, "precision", "recall" or "f1".
    """
    values, without = found.class_figures[metric], found.class_without[metric]
    result: list[Interval | None] = []
    for i, value in enumerate(values.tolist()):
        few = found.games_with_truth[i] < LEAST_GAMES_OF_CLASS
        if np.isnan(value):
            result.append(None)
        elif few or np.isnan(without[:, i]).any():
            result.append(Interval(value, None, None))
        else:
            result.append(interval_around(value, without[:, i]))
    return result


def interval_around(value: float, without: Floats, lowest: float = 0.0) -> Interval:
    """A figure ± t(n - 1) · its jackknife standard error, within its bounds.

    Args:
        value: the figure on all n games.
        without: the figure without each game; shape (n,).
        lowest: bound below; the bound above is 1.
    """
    games = len(without)
    if games < LEAST_GAMES:
        return Interval(value, None, None)
    reach = t_quantile((1 + LEVEL) / 2, games - 1) * float(standard_error(without))
    return Interval(value, max(lowest, value - reach), min(1.0, value + reach))
