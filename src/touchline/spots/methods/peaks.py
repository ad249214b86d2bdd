"""What a merging method gives back, and the rule of distance that methods share."""

from bisect import bisect_left, insort
from typing import NamedTuple

import numpy as np

from touchline.spots.claim_columns import Bools, Floats, Ints
from touchline.spots.merge_settings import MergeSettings


class Peaks(NamedTuple):
    """The events that a method believes in.

    Attributes:
        time_ms: milliseconds from the start of the half; shape (p,).
        votes: evidence for each, 1 for one sure claim; shape (p,).
    """

    time_ms: Ints
    votes: Floats


def reach_ms(named: Bools, settings: MergeSettings) -> Ints:
    """The merge window of each claim: how far around it another of its class is the same event."""
    return np.where(named, settings.named_window_ms, settings.window_ms).astype(np.int64)


def apart(time_ms: Ints, score: Floats, distance_ms: Ints) -> Ints:
    """Which candidates survive when each keeps its distance from every better one.

    Args:
        time_ms: of the candidates; shape (n,).
        score: the better one of two that are too close survives, and the earlier of two equals.
        distance_ms: what each candidate must keep to all better ones; shape (n,).

    Returns:
        Indices of the survivors, best first.
    """
    kept: list[int] = []
    taken: list[int] = []
    for i in np.lexsort((time_ms, -score)).tolist():
        time, distance = int(time_ms[i]), int(distance_ms[i])
        place = bisect_left(taken, time)
        before = place > 0 and time - taken[place - 1] < distance
        after = place < len(taken) and taken[place] - time < distance
        if not before and not after:
            insort(taken, time)
            kept.append(i)
    return np.array(kept, dtype=np.int64)
