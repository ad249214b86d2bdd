"""What a merge method returns, and the distance rule that methods share."""

from bisect import bisect_left, insort
from typing import NamedTuple

import numpy as np

from touchline.spots.claims import Bools, Floats, Ints
from touchline.spots.merge_settings import MergeSettings


class Peaks(NamedTuple):
    """The events that a method finds.

    Attributes:
        time_ms: milliseconds from the start of the half; shape (p,).
        votes: evidence for each, 1 for one claim of confidence 1; shape (p,).
    """

    time_ms: Ints
    votes: Floats


def reach_ms(named: Bools, settings: MergeSettings) -> Ints:
    """The merge window of each claim: how far around it another of its class is the same event."""
    return np.where(named, settings.named_window_ms, settings.window_ms).astype(np.int64)


def keep_apart(time_ms: Ints, score: Floats, distance_ms: Ints) -> Ints:
    """Which candidates are kept when each must keep its distance from every better one.

    Args:
        time_ms: of the candidates; shape (n,).
        score: of two that are too close the better is kept, and of two equals the earlier.
        distance_ms: that each candidate must keep from all better ones; shape (n,).

    Returns:
        Indices of those kept, best first.
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
