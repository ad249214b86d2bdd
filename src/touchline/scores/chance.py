"""What recall would be worth by chance: how much of the play the claims of a class cover."""

import numpy as np

from touchline.scores.event_columns import Ints
from touchline.scores.event_table import EventTable


def chance_recall(aligned: EventTable, tolerance_s: float, lengths_ms: Ints) -> dict[str, float]:
    """The share of all play within reach of a claim, by class.

    Truths that fell anywhere by chance would be in reach of a claim of their class that often, so
    a recall is worth something only above it. One claim may reach many such truths, so for dense
    truths it is an upper bound.

    Args:
        aligned: the games.
        tolerance_s: full width of the window around a truth.
        lengths_ms: length of each half; shape (games, 2).

    Returns:
        From 0 to 1, by class of the task.
    """
    radius = round(tolerance_s * 500)
    claims = aligned.claims
    length = lengths_ms.ravel()[claims.group // claims.classes]
    begin = np.clip(claims.time + aligned.origin_ms - radius, 0, length)
    end = np.clip(claims.time + aligned.origin_ms + radius, 0, length)
    # All reaches are equally long, so a claim overlaps no later one but the next of its group.
    same = np.zeros(len(begin), dtype=bool)
    same[:-1] = claims.group[1:] == claims.group[:-1]
    until = np.where(same, np.minimum(end, np.roll(begin, -1)), end)
    covered = np.bincount(claims.class_index, until - begin, claims.classes)
    play = max(int(lengths_ms.sum()), 1)
    return dict(zip(aligned.task.classes, (covered / play).tolist(), strict=True))
