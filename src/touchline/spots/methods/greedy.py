"""Greedy deduplication as the retrospective had it, kept for comparison."""

import numpy as np

from touchline.spots.claim_columns import Claims, Floats
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.peaks import Peaks, reach_ms


def greedy(claims: Claims, weight: Floats, settings: MergeSettings) -> Peaks:
    """In the order of time, a claim is the same event as the one before if it is close enough.

    The first claim of a chain gives the time, the surest its weight; agreement counts nothing.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        settings: `window_ms` and `named_window_ms` count.
    """
    gap = np.diff(claims.time_ms)
    first = np.concatenate([[True], gap >= reach_ms(claims.named, settings)[1:]])
    starts = np.flatnonzero(first)
    return Peaks(claims.time_ms[starts], np.maximum.reduceat(weight, starts))
