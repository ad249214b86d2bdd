"""Which claim is matched to which truth."""

import numpy as np
from numpy.typing import NDArray

from touchline.scores.events.event_columns import Events, Ints

NO_TRUTH = -1

Matches = NDArray[np.int32]
"""Shape (radii, claims): the truth that each claim was taken for, or -1."""


def match_by_confidence(truths: Events, claims: Events, radii: Ints) -> Matches:
    """The official matching: truths in time order, each takes the most confident claim in reach.

    Within a group, the truths are walked in the order of time; each takes, of the claims not
    taken yet and at most a radius away, the one of highest confidence, and of several with that
    confidence the earliest.

    Args:
        truths: n truths, sorted by group and time.
        claims: m claims, sorted by group and time.
        radii: r distances in the events' unit of time.

    Returns:
        Shape (r, m): the index of the truth that each claim was taken for, or -1.
    """
    matches = np.full((len(radii), len(claims.group)), NO_TRUTH, dtype=np.int32)
    if not len(truths.group) or not len(claims.group):
        return matches
    order = np.lexsort((np.arange(len(claims.group)), -claims.value))
    sureness = np.empty(len(order), dtype=np.int32)
    sureness[order] = np.arange(len(order), dtype=np.int32)
    radius, truth, first, after = _reach(truths, claims, radii)
    # Of each claim and radius: its place in the order of confidence, past all others once taken.
    left = np.tile(sureness, len(radii))
    row = radius * len(order)
    turn = _turn(truths)[truth]
    # Few bits, because only those are sorted in linear time.
    entries = np.argsort(turn.astype(np.min_scalar_type(int(turn.max(initial=0)))), kind="stable")
    # All first truths of all groups are independent of each other, then all second ones, ...
    bounds = np.flatnonzero(np.diff(turn[entries])) + 1
    for now in np.split(entries, bounds):
        size = after[now] - first[now]
        start = np.cumsum(size) - size
        reach = np.arange(size.sum()) + np.repeat(row[now] + first[now] - start, size)
        best = np.minimum.reduceat(left[reach], start)
        found = best < len(order)
        cell = row[now[found]] + order[best[found]]
        matches.ravel()[cell] = truth[now[found]]
        left[cell] = len(order)
    return matches


def match_nearest(truths: Events, claims: Events, radius: int) -> Matches:
    """Pairs nearest first, whatever the confidence: for questions about time, not about order.

    Of all pairs in a group at most a radius apart, the closest is taken, then the closest of
    those left, and so on; of equally close pairs the earlier truth's, then the earlier claim's.

    Returns:
        Shape (m,): the index of the truth that each claim was taken for, or -1.
    """
    matches = np.full(len(claims.group), NO_TRUTH, dtype=np.int32)
    if not len(truths.group) or not len(claims.group):
        return matches
    _, truth, first, after = _reach(truths, claims, np.array([radius]))
    size = after - first
    pair_truth = np.repeat(truth, size)
    pair_claim = np.arange(size.sum()) + np.repeat(first - (np.cumsum(size) - size), size)
    distance = np.abs(truths.time[pair_truth] - claims.time[pair_claim])
    taken = np.zeros(len(truths.group), dtype=bool)
    for pair in np.lexsort((pair_claim, pair_truth, distance)).tolist():
        if not taken[pair_truth[pair]] and matches[pair_claim[pair]] == NO_TRUTH:
            taken[pair_truth[pair]] = True
            matches[pair_claim[pair]] = pair_truth[pair]
    return matches


def nearest_truth(truths: Events, claims: Events) -> Ints:
    """The truth of the same group that each claim is nearest to, or -1 where there is none.

    A claim in the middle of two truths belongs to the later, as in the official evaluator, where
    the middle is rounded down to a whole unit of time.
    """
    if not len(truths.group):
        return np.full(len(claims.group), NO_TRUTH, dtype=np.int64)
    begin = truths.group * truths.span
    same = truths.group[1:] == truths.group[:-1]
    middle = (truths.time[1:] + truths.time[:-1]) // 2
    begin[1:] += np.where(same, middle, 0)
    place = np.searchsorted(begin, claims.key, side="right") - 1
    there = (place >= 0) & (truths.group[np.maximum(place, 0)] == claims.group)
    return np.where(there, place, NO_TRUTH)


def _reach(truths: Events, claims: Events, radii: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """For each radius and truth with claims in reach: radius, truth, first claim, claim after."""
    base = truths.group * truths.span
    low = base + np.maximum(truths.time - radii[:, None], 0)
    high = base + np.minimum(truths.time + radii[:, None], truths.span - 1)
    first = np.searchsorted(claims.key, low, side="left")
    after = np.searchsorted(claims.key, high, side="right")
    radius, truth = np.nonzero(after > first)
    return radius, truth, first[radius, truth], after[radius, truth]


def _turn(truths: Events) -> Ints:
    """How many truths of the same group come before each."""
    places = np.arange(len(truths.group))
    starts = np.flatnonzero(np.diff(truths.group, prepend=-1))
    turn: Ints = places - np.repeat(starts, np.diff(starts, append=len(places)))
    return turn
