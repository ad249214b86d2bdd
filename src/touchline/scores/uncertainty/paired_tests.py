"""Paired tests of the differences between models, by families of comparisons."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from touchline.errors import UserError
from touchline.scores.events.event_columns import Floats
from touchline.scores.uncertainty.games_left_out import LeaveOneOut, influences
from touchline.scores.uncertainty.jackknife import Interval, interval_around
from touchline.scores.uncertainty.power import ALPHA, least_difference, smallest_p

MOST_EXACT = 14
"""Games up to which all 2^n exchanges are used."""

_LEAST_DRAWS, _DRAWS_A_PAIR = 10_000, 2_000
_BLOCK = 2_000
_ROUNDING = 1e-12

Pair = tuple[str, str]
Families = Mapping[str, Sequence[Pair]]
"""Pairs of models that are corrected together, by the family's name."""


@dataclass(frozen=True, slots=True)
class PairTest:
    """A paired comparison of two models on the same games.

    Attributes:
        first: a model.
        second: another.
        metric: the figure that is compared.
        family: the comparisons that it is corrected with.
        difference: first minus second, with its interval; without one where games are too few.
        p: probability of a difference at least as large if the two were the same.
        p_holm: the same, corrected for all pairs of the family on this metric.
        significant: whether `p_holm` is at most 0.05.
        least_difference: the smallest difference that these games could have shown in four cases
            of five; None where they could have shown none.
    """

    first: str
    second: str
    metric: str
    family: str
    difference: Interval
    p: float
    p_holm: float
    significant: bool
    least_difference: float | None

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def compare_models(
    models: Mapping[str, LeaveOneOut],
    families: Families | None = None,
    metrics: Sequence[str] = ("loose", "tight"),
    seed: int = 0,
) -> list[PairTest]:
    """Paired tests over games, Holm-corrected within each family.

    A game's contribution to a difference is the difference of its two jackknife influences, plus
    the difference itself. Under the null hypothesis a contribution is as likely to have one sign
    as the other, so signs are exchanged, game by game, and the sum is compared with the one
    observed. A contribution depends on the order of a model's own spots only, so it does not
    matter on which scale each model's confidences are. With up to 14 games all exchanges are used
    and p is exact; otherwise p = (b + 1) / (draws + 1), b draws with a sum at least as large
    (Phipson and Smyth 2010), and the draws grow with the number of pairs.

    Args:
        models: figures with each game left out, by model, of the same games.
        families: which pairs are compared, and corrected together (Holm 1979, for each metric);
            by default all pairs, as one family.
        metrics: which figures to compare.
        seed: of the draws.

    Raises:
        UserError: the models were not scored on the same games.
    """
    if len({one.games for one in models.values()}) > 1:
        raise UserError(
            "models can only be compared on the same games; score them on the same games first."
        )
    if families is None:
        families = {"models": list(combinations(models, 2))}
    most = max((len(pairs) for pairs in families.values()), default=0)
    draws = max(_LEAST_DRAWS, _DRAWS_A_PAIR * most)
    tests = []
    for family, pairs in families.items():
        for metric in metrics if pairs else ():
            tests += _family_tests(models, family, pairs, metric, draws, seed)
    return tests


def _family_tests(
    models: Mapping[str, LeaveOneOut],
    family: str,
    pairs: Sequence[Pair],
    metric: str,
    draws: int,
    seed: int,
) -> list[PairTest]:
    values = [models[a].figures[metric] - models[b].figures[metric] for a, b in pairs]
    without = np.stack(
        [models[a].without[metric] - models[b].without[metric] for a, b in pairs], axis=1
    )
    p_values = exchange_test(influences(without) + np.array(values), draws, seed)
    corrected = holm(p_values)
    tests = []
    for i, (first, second) in enumerate(pairs):
        tests.append(
            PairTest(
                first,
                second,
                metric,
                family,
                interval_around(values[i], without[:, i], lowest=-1.0),
                p_values[i],
                corrected[i],
                corrected[i] <= ALPHA,
                least_difference(without[:, i], len(pairs)),
            )
        )
    return tests


def exchange_test(contributions: Floats, draws: int = _LEAST_DRAWS, seed: int = 0) -> list[float]:
    """Two-sided p by exchanging the signs of each game's contributions.

    Args:
        contributions: shape (games, pairs).
        draws: how many exchanges, where there are more than 14 games.
        seed: of the draws.

    Returns:
        One p per pair.
    """
    games, pairs = contributions.shape
    # Rounding must not make the observed exchange smaller than itself.
    least = np.abs(contributions.sum(axis=0)) - _ROUNDING
    larger = np.zeros(pairs, np.int64)
    exact = games <= MOST_EXACT
    total = 2 ** (games - 1) if exact else draws
    generator = np.random.default_rng(seed)
    for start in range(0, total, _BLOCK):
        size = min(_BLOCK, total - start)
        if exact:
            # The last game keeps its sign: the other half are the same sums with the other sign.
            swap = (np.arange(start, start + size)[:, None] >> np.arange(games)) & 1
        else:
            swap = generator.integers(0, 2, (size, games))
        sums = (1.0 - 2.0 * swap) @ contributions
        larger += (np.abs(sums) >= least).sum(axis=0)
    p = larger / total if exact else (larger + 1) / (total + 1)
    return [float(one) for one in p]


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


def floor_sentence(games: int, pairs: int) -> str | None:
    """What is certain before any test: that no difference can be significant, or None."""
    if not pairs or smallest_p(games) * pairs <= ALPHA:
        return None
    noun = "pair" if pairs == 1 else "pairs"
    return (
        f"{games} games and {pairs} {noun}: no difference can be significant (the smallest p "
        f"possible is {smallest_p(games):.2g}, times {pairs} {noun})."
    )
