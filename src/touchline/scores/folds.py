"""Games split into folds, so that nothing is scored on the games that it was fitted on."""

import numpy as np

from touchline.scores.events.event_columns import Ints

MOST_FOLDS = 10


def fold_of_game(games: int) -> Ints:
    """The fold of each game: one game per fold up to ten games, else ten folds in turn.

    Args:
        games: how many there are.

    Returns:
        Shape (games,), numbers from 0.
    """
    return np.arange(games) % min(max(games, 1), MOST_FOLDS)
