"""Intervals of the figures over games, and tests of the differences between models."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from touchline.errors import UserError
from touchline.scores.defaults import RESAMPLES
from touchline.scores.events.event_columns import Floats, Ints
from touchline.scores.uncertainty.game_counts import GameCounts, pooled_figures

FEW_GAMES = 20
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its interval.

    Attributes:
        value: the figure on all games.
        low: lower end.
        high: upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairTest:
    """A paired comparison of two models on the same games.

    Attributes:
        first: a model.
        second: another.
        metric: the figure that is compared.
        difference: first minus second, with its interval.
        p: probability of a difference at least as large if the two were the same.
        p_holm: the same, corrected for all pairs compared on this metric.
        significant: whether `p_holm` is below 0.05.
    """

    first: str
    second: str
    metric: str
    difference: Interval
    p: float
    p_holm: float
    significant: bool

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def intervals(counts: GameCounts, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Interval]:
    """95 % intervals by the bootstrap over games.

    Whole games are drawn with replacement, because events of a game are not independent, and the
    pooled AP is computed again for each draw (Efron 1979; percentile interval).

    Args:
        counts: of the model.
        resamples: draws.
        seed: of the draws.

    Returns:
        By official metric, "precision", "recall" and "f1".
    """
    drawn = pooled_figures([(counts, _draws(len(counts.games), resamples, seed))])
    return {name: _interval(value, drawn[name]) for name, value in _as_they_are(counts).items()}


def compare_models(
    models: Mapping[str, GameCounts],
    metrics: Sequence[str] = ("loose", "tight"),
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[PairTest]:
    """Paired permutation tests between all models over games, Holm-corrected over all pairs.

    Under the null hypothesis the two models are exchangeable in every game, so each draw swaps
    every game's spots at random and computes the pooled figures again. With so few games that
    all 2^g exchanges are fewer than `resamples`, all of them are used and p is exact;
    otherwise p = (b + 1) / (n + 1), b draws with a difference at least as large (Phipson and
    Smyth 2010). Holm (1979) over the pairs of one metric. The differences' intervals are by the
    bootstrap over games, both models drawn together.

    Args:
        models: counts by model, of the same games.
        metrics: which figures to compare.
        resamples: draws.
        seed: of the draws.

    Raises:
        UserError: the models were not scored on the same games.
    """
    games = {counts.games for counts in models.values()}
    if len(games) > 1:
        raise UserError(
            "models can only be compared on the same games; score them on the same games first."
        )
    pairs = list(combinations(models, 2))
    drawn = {
        name: pooled_figures([(c, _draws(len(c.games), resamples, seed))])
        for name, c in models.items()
    }
    found = {}
    for first, second in pairs:
        found[first, second] = _p_values(models[first], models[second], metrics, resamples, seed)
    tests = []
    for metric in metrics:
        corrected = holm([found[pair][metric][1] for pair in pairs])
        for (first, second), p_holm in zip(pairs, corrected, strict=True):
            difference, p = found[first, second][metric]
            moved = drawn[first][metric] - drawn[second][metric]
            tests.append(
                PairTest(
                    first, second, metric, _interval(difference, moved), p, p_holm, p_holm < 0.05
                )
            )
    return tests


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction for several tests.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    corrected = np.empty(len(p_values))
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        corrected[i] = highest
    return [float(p) for p in corrected]


def too_few_games(games: int) -> str | None:
    """A warning where the games are too few for conclusions, or None."""
    if games >= FEW_GAMES:
        return None
    if games < 2:
        return f"{games} game says nothing about other games: there are no intervals and no tests."
    least = 2 / 2**games
    word = "can never" if least > 0.05 else "can hardly"
    return (
        f"only {games} games: intervals are rough and too narrow, and a test {word} tell two "
        f"models apart (the smallest p possible is {least:.2g}); {FEW_GAMES} games or more help."
    )


def _as_they_are(counts: GameCounts) -> dict[str, float]:
    once = np.ones((1, len(counts.games)), np.int64)
    return {name: float(value[0]) for name, value in pooled_figures([(counts, once)]).items()}


def _draws(games: int, resamples: int, seed: int) -> Ints:
    shares = np.full(games, 1 / games)
    return np.random.default_rng(seed).multinomial(games, shares, resamples).astype(np.int64)


def _interval(value: float, drawn: Floats) -> Interval:
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail]).tolist()
    return Interval(value, low, high)


def _p_values(
    first: GameCounts, second: GameCounts, metrics: Sequence[str], resamples: int, seed: int
) -> dict[str, tuple[float, float]]:
    """Difference and p of each metric."""
    games = len(first.games)
    exact = 2**games <= resamples
    if exact:
        swap = (np.arange(2**games)[:, None] >> np.arange(games)) & 1
    else:
        swap = np.random.default_rng(seed).integers(0, 2, (resamples, games))
    stay = 1 - swap
    one = pooled_figures([(first, stay), (second, swap)])
    other = pooled_figures([(first, swap), (second, stay)])
    now, then = _as_they_are(first), _as_they_are(second)
    result = {}
    for metric in metrics:
        difference = now[metric] - then[metric]
        # Rounding must not make the observed exchange smaller than itself.
        larger = int((np.abs(one[metric] - other[metric]) >= abs(difference) - 1e-12).sum())
        p = larger / len(swap) if exact else (larger + 1) / (len(swap) + 1)
        result[metric] = (difference, p)
    return result
