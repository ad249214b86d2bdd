"""Intervals of a figure on few matches: which minutes of them happened to be played."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from touchline.games import Label
from touchline.spots import Spot

Games = Mapping[str, tuple[Sequence[Label], Sequence[Spot]]]
"""Labels and spots of each game."""
Floats = NDArray[np.float64]

MINUTE_MS = 60_000
DRAWS = 1_000

NOTE = (
    f"Intervals: 95 %, from {DRAWS:,} draws of the minutes with replacement. They say how much "
    "hangs on single scenes of these matches, and nothing of other matches."
)


def draw_minutes(
    models: Mapping[str, Games], figure: Callable[[Games], float]
) -> dict[str, Floats]:
    """A figure of each model in draws of the matches' minutes; the same minutes for all models.

    Args:
        models: labels and spots of each model, over the same games.
        figure: what is computed of some games.

    Returns:
        Of each model an array of shape (DRAWS,).
    """
    minutes = {name: _minutes(games) for name, games in models.items()}
    keys = sorted({key for of in minutes.values() for key in of})
    draw = np.random.default_rng(0)
    drawn: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(DRAWS):
        chosen = [keys[i] for i in draw.integers(0, len(keys), len(keys))]
        for name, of in minutes.items():
            again = {str(n): of.get(key, ([], [])) for n, key in enumerate(chosen)}
            drawn[name].append(figure(again))
    return {name: np.array(of) for name, of in drawn.items()}


def interval(drawn: Floats) -> str:
    """The middle 95 % of some draws as text."""
    low, high = np.percentile(drawn, (2.5, 97.5))
    return f"{low:.1f} to {high:.1f}"


def _minutes(games: Games) -> dict[tuple[str, int, int], tuple[list[Label], list[Spot]]]:
    """Labels and spots by game, half and minute."""
    found: dict[tuple[str, int, int], tuple[list[Label], list[Spot]]] = {}
    for game, (labels, spots) in games.items():
        for place, events in enumerate((labels, spots)):
            for event in events:
                key = (game, event.half, event.position_ms // MINUTE_MS)
                found.setdefault(key, ([], []))[place].append(event)  # type: ignore[arg-type]
    return found
