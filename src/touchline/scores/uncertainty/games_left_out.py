"""Figures without each game in turn: what intervals, tests and power are computed from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from touchline.scores.events.event_columns import Floats
from touchline.scores.uncertainty.game_counts import GameCounts
from touchline.scores.uncertainty.pooled_figures import pooled_figures


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """Figures of all games, and without each of n games, or of n groups of games.

    Attributes:
        games: ids of the games, or names of the groups.
        figures: of all games, by metric, from 0 to 1.
        without: without each game; shape (n,).
        class_figures: likewise for each class; shape (classes,), NaN where undefined.
        class_without: shape (n, classes).
        games_with_truth: games or groups that have a truth of each class; shape (classes,).
        truths: of each class; shape (classes,).
    """

    games: tuple[str, ...]
    figures: Mapping[str, float]
    without: Mapping[str, Floats]
    class_figures: Mapping[str, Floats]
    class_without: Mapping[str, Floats]
    games_with_truth: Floats
    truths: Floats


def leave_one_out(counts: GameCounts) -> LeaveOneOut:
    """The figures of all games, and without each game in turn.

    Args:
        counts: what each game adds.
    """
    n = len(counts.games)
    pooled = pooled_figures(counts, np.vstack([np.ones(n), 1 - np.eye(n)]))
    return LeaveOneOut(
        counts.games,
        {name: float(values[0]) for name, values in pooled.overall.items()},
        {name: values[1:] for name, values in pooled.overall.items()},
        {name: values[0] for name, values in pooled.per_class.items()},
        {name: values[1:] for name, values in pooled.per_class.items()},
        (counts.truths > 0).sum(axis=0).astype(np.float64),
        counts.truths.sum(axis=0),
    )


def each_game(counts: GameCounts) -> dict[str, Floats]:
    """The figures of each game alone, from 0 to 1, by metric; shape (n,).

    Means over classes are over those that occur in the game.

    Args:
        counts: what each game adds.
    """
    return pooled_figures(counts, np.eye(len(counts.games))).overall


def influences(without: Floats) -> Floats:
    """How far each game moves the figure: (n - 1) · (mean of the leave-one-out figures - its own).

    Args:
        without: the figure without each game; shape (n, ...).

    Returns:
        The same shape; every column sums to 0. The jackknife standard error of the figure is
        sqrt(sum of squares / (n (n - 1))) (Tukey 1958; Efron and Stein 1981).
    """
    result: Floats = (len(without) - 1) * (without.mean(axis=0) - without)
    return result


def standard_error(without: Floats) -> Floats:
    """The jackknife standard error of a figure, or of each column of figures.

    Args:
        without: the figure without each game; shape (n, ...).
    """
    n = len(without)
    result: Floats = np.sqrt((influences(without) ** 2).sum(axis=0) / (n * (n - 1)))
    return result
