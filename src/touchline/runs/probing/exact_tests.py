"""Exact probabilities that chance alone explains what a model answered."""

from collections.abc import Sequence
from math import comb


def tail(chances: Sequence[float], hits: int) -> float:
    """The probability of at least so many hits, each with a chance of its own.

    >>> round(tail([0.5, 0.5], 1), 2), round(tail([0.1, 0.2], 2), 2), tail([], 0)
    (0.75, 0.02, 1.0)
    """
    exactly = [1.0]
    for chance in chances:
        missed = [p * (1 - chance) for p in exactly] + [0.0]
        hit = [0.0] + [p * chance for p in exactly]
        exactly = [a + b for a, b in zip(missed, hit, strict=True)]
    return min(1.0, sum(exactly[hits:])) if hits > 0 else 1.0


def fisher(hits: int, trials: int, other_hits: int, other_trials: int) -> float:
    """Fisher's exact test: how likely the first group has so many of the hits if both are alike.

    >>> fisher(8, 8, 0, 8)
    7.77000777000777e-05
    """
    all_hits, everything = hits + other_hits, trials + other_trials
    most = min(all_hits, trials)
    ways = sum(
        comb(trials, one) * comb(other_trials, all_hits - one)
        for one in range(hits, most + 1)
        if all_hits - one <= other_trials
    )
    return ways / comb(everything, all_hits) if everything else 1.0


def longest_increasing(values: Sequence[int]) -> int:
    """Length of the longest increasing subsequence.

    >>> longest_increasing([0, 2, 1, 3]), longest_increasing([])
    (3, 0)
    """
    from bisect import bisect_left

    ends: list[int] = []
    for value in values:
        at = bisect_left(ends, value)
        ends[at : at + 1] = [value]
    return len(ends)
