"""Greedy deduplication, as in the retrospective; kept for comparison."""

import numpy as np

from touchline.spots.claims import Claims, Floats
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.method import MergeMethod
from touchline.spots.methods.peaks import Peaks, reach_ms


def group_greedily(claims: Claims, weight: Floats, settings: MergeSettings) -> Peaks:
    """Groups claims in time order: one that is close enough to the one before is the same event.

    The first claim of a group gives the time, the most confident its weight; agreement does not
    count.

    Args:
        claims: of one class in one half.
        weight: of each claim.
        settings: `window_ms` and `named_window_ms` are used.
    """
    gap = np.diff(claims.time_ms)
    first = np.concatenate([[True], gap >= reach_ms(claims.named, settings)[1:]])
    starts = np.flatnonzero(first)
    return Peaks(claims.time_ms[starts], np.maximum.reduceat(weight, starts))


METHOD = MergeMethod(
    name="greedy",
    description="A claim close to the one before it is the same event.",
    find_peaks=group_greedily,
    counts_agreement=False,
)
