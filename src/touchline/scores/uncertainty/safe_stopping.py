"""Evidence that two models differ, which may be looked at after every game."""

from collections.abc import Sequence

import numpy as np

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.events.event_columns import Floats, Games
from touchline.scores.official.evaluator import official_scores

_STRENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Bets in units of the usual size of a difference: small ones find small differences late, large
ones are nearly a test of signs."""


def game_figures(games: Games, metric: str, task: Task = SOCCERNET_V2) -> dict[str, float]:
    """An official metric of each game alone, for the classes that occur in it, from 0 to 1.

    Unlike the official figure it is not pooled over games: a game's figure must not depend on the
    games that come after it. 0 for a game without truth.

    Args:
        games: labels and spots by game id.
        metric: one of the official metrics.
        task: classes and rules.
    """
    found = {}
    for game, (labels, spots) in games.items():
        per_class = official_scores({game: (labels, spots)}, task, (metric,)).metrics[metric]
        known = {task.truth_class(label.label) for label in labels} - {-1}
        values = [per_class.per_class[i] for i in sorted(known)]
        found[game] = float(np.mean(values)) if values else 0.0
    return found


def evidence(differences: Sequence[float] | Floats) -> Floats:
    """How strongly differences speak against "neither is better", after each of them.

    The null hypothesis is that of `compare_models`: a game's difference is as likely to have one
    sign as the other. A bet on the sign of each difference d, exp(λd) / cosh(λd), then gains
    nothing on average, whatever the sizes are; λ is a strength over the root mean square of the
    differences so far. The evidence is the mean gain of ten bettors: five strengths, both signs.
    The probability that it *ever* reaches 1 / α is at most α (Ville 1939), so it may be looked at
    after every game, and asking may stop when it is there (e-processes: Ramdas, Grünwald, Vovk and
    Shafer 2023; the bet: de la Peña 1999).

    Args:
        differences: of two models, game by game, in an order that does not depend on them; shape
            (n,).

    Returns:
        Shape (n,): 1 is no evidence, 20 is enough at 5 %.

    Example:
        >>> [round(float(one)) for one in evidence([0.1] * 7)][-2:]
        [16, 31]
    """
    given = np.asarray(differences, dtype=np.float64)
    size = np.sqrt(np.cumsum(given**2) / np.arange(1, len(given) + 1))
    units = np.divide(given, size, out=np.zeros_like(given), where=size > 0)
    bets = np.outer([*_STRENGTHS, *(-one for one in _STRENGTHS)], units)
    # log cosh without overflow.
    log_gain = bets - np.abs(bets) - np.log1p(np.exp(-2 * np.abs(bets))) + np.log(2)
    total = np.cumsum(log_gain, axis=1)
    highest = total.max(axis=0, initial=-np.inf) if len(given) else np.zeros(0)
    result: Floats = np.exp(highest) * np.exp(total - highest).mean(axis=0)
    return result
