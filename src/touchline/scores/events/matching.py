"""Which claim is matched to which truth."""

import numpy as np
from numpy.typing import NDArray

from touchline.scores.events.event_columns import Bools, Events, Ints

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
    by_confidence = np.argsort(-claims.value, kind="stable")
    rank = np.empty(len(by_confidence), dtype=np.int32)
    rank[by_confidence] = np.arange(len(rank), dtype=np.int32)
    truth, claim, apart = _pairs(truths, claims, int(radii.max()))
    for radius, row in zip(radii.tolist(), matches, strict=True):
        near = apart <= radius
        _take_most_confident(truth[near], claim[near], rank, by_confidence, row)
    return matches


def _take_most_confident(
    truth: Ints, claim: Ints, rank: Matches, by_confidence: Ints, row: Matches
) -> None:
    """Writes into `row` which truth each claim is taken for, of those pairs that are in reach.

    Args:
        truth: of each pair, ascending.
        claim: likewise, ascending for each truth.
        rank: of each claim, its place in the order of confidence.
        by_confidence: the claims in that order.
        row: of each claim, the truth; written where there is one.
    """
    if not len(truth):
        return
    left = rank.copy()
    first = np.flatnonzero(_changes(truth))
    turn = _turns(claim[first], claim[np.append(first[1:], len(claim)) - 1])
    # Few bits, because only those are sorted in linear time.
    of_pair = np.repeat(
        turn.astype(np.min_scalar_type(turn.max())), np.diff(first, append=len(claim))
    )
    pairs = np.argsort(of_pair, kind="stable")
    # The first truths of all chains are independent of each other, then all second ones, ...
    for now in np.split(pairs, np.cumsum(np.bincount(of_pair))[:-1]):
        seeker = truth[now]
        start = np.flatnonzero(_changes(seeker))
        best = np.minimum.reduceat(left[claim[now]], start)
        found = best < len(rank)
        taken = by_confidence[best[found]]
        row[taken] = seeker[start[found]]
        left[taken] = len(rank)  # past all others


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
    pair_truth, pair_claim, distance = _pairs(truths, claims, radius)
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


def _pairs(truths: Events, claims: Events, radius: int) -> tuple[Ints, Ints, Ints]:
    """All pairs of a group at most a radius apart: truth, claim, distance; sorted by the first."""
    base, key = truths.group * truths.span, claims.key
    low = base + np.maximum(truths.time - radius, 0)
    high = base + np.minimum(truths.time + radius, truths.span - 1)
    first = np.searchsorted(key, low, side="left")
    size = np.searchsorted(key, high, side="right") - first
    truth = np.repeat(np.arange(len(size)), size)
    claim = np.arange(len(truth)) + np.repeat(first - (np.cumsum(size) - size), size)
    return truth, claim, np.abs(truths.time[truth] - claims.time[claim])


def _changes(values: Ints) -> Bools:
    """Whether each value differs from the one before; the first one does."""
    changes = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


def _turns(first: Ints, last: Ints) -> Ints:
    """The place of each truth in its chain, in which each shares a claim with the one before.

    Args:
        first: of each truth, the first claim in reach.
        last: likewise the last one.
    """
    alone = np.ones(len(first), dtype=bool)
    np.greater(first[1:], last[:-1], out=alone[1:])
    starts = np.flatnonzero(alone)
    turns: Ints = np.arange(len(first)) - np.repeat(starts, np.diff(starts, append=len(first)))
    return turns
