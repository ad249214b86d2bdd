"""What these games can show: the smallest difference to find, and the games for a wanted one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.scores.events.event_columns import Floats
from touchline.scores.uncertainty.games_left_out import LeaveOneOut, influences
from touchline.scores.uncertainty.student import t_quantile

ALPHA = 0.05
POWER = 0.8
_MOST_GAMES = 100_000


@dataclass(frozen=True, slots=True)
class PairPower:
    """What the games can show of one pair of models.

    Attributes:
        first: a model.
        second: another.
        family: the comparisons that it is tested with.
        metric: the figure that is compared.
        pairs: how many pairs the family has.
        difference: first minus second on these games, from -1 to 1.
        spread: standard deviation over games of what a game contributes to the difference.
        least_difference: the smallest difference that these games show in four cases of five;
            None where they can show none.
        games_needed: by wanted difference, the games that show it as often; None above 100,000.
    """

    first: str
    second: str
    family: str
    metric: str
    pairs: int
    difference: float
    spread: float
    least_difference: float | None
    games_needed: dict[float, int | None]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries."""
        return asdict(self)


def family_power(
    models: Mapping[str, LeaveOneOut],
    family: str,
    pairs: Sequence[tuple[str, str]],
    metric: str,
    wanted: Sequence[float],
) -> list[PairPower]:
    """What the games can show of each pair of a family.

    Args:
        models: figures with each game left out, by model.
        family: its name.
        pairs: of models that are tested together.
        metric: the figure that is compared.
        wanted: differences from 0 to 1 for which the games needed are computed.
    """
    found = []
    for first, second in pairs:
        one, other = models[first], models[second]
        without = one.without[metric] - other.without[metric]
        needed = {each: games_needed(without, each, len(pairs)) for each in wanted}
        found.append(
            PairPower(
                first,
                second,
                family,
                metric,
                len(pairs),
                one.figures[metric] - other.figures[metric],
                spread_over_games(without),
                least_difference(without, len(pairs)),
                needed,
            )
        )
    return found


def smallest_p(games: int) -> float:
    """The smallest p that exchanging signs of so many games can give: 2 of the 2^n exchanges."""
    return min(1.0, 2.0 / 2**games) if games < 1000 else 0.0


def spread_over_games(without: Floats) -> float:
    """Standard deviation over games of what each game contributes to a difference.

    Args:
        without: the difference without each game; shape (n,).
    """
    return float(np.sqrt((influences(without) ** 2).sum() / (len(without) - 1)))


def least_difference(
    without: Floats, pairs: int = 1, games: int | None = None, power: float = POWER
) -> float | None:
    """The smallest difference that a test over games finds with this power, or None for none.

    (t(1 - α/2) + t(power)) · spread / sqrt(games), n - 1 degrees of freedom, α = 0.05 / pairs:
    the two-sided test of a mean, at the level of Holm's first step.

    Args:
        without: the difference without each game; shape (n,).
        pairs: how many pairs are tested together.
        games: how many games are judged; those of `without` by default.
        power: probability that the difference is found.
    """
    count = len(without) if games is None else games
    alpha, spread = ALPHA / pairs, spread_over_games(without)
    # Models that do not differ in any game say nothing about how differences vary.
    if count < 2 or smallest_p(count) > alpha or not spread:
        return None
    quantiles = t_quantile(1 - alpha / 2, count - 1) + t_quantile(power, count - 1)
    return float(quantiles * spread / np.sqrt(count))


def games_needed(
    without: Floats, difference: float, pairs: int = 1, power: float = POWER
) -> int | None:
    """The games that a test needs to find a difference with this power.

    Args:
        without: the difference without each game; shape (n,).
        difference: to be found, above 0.
        pairs: how many pairs are tested together.
        power: probability that it is found.

    Returns:
        The number of games, or None above 100,000.
    """

    def enough(games: int) -> bool:
        least = least_difference(without, pairs, games, power)
        return least is not None and least <= difference

    high = 2
    while not enough(high):
        high *= 2
        if high > _MOST_GAMES:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
