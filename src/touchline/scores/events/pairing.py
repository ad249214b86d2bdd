"""Which events of two kinds are one event, whatever class each was given."""

from dataclasses import replace

import numpy as np

from touchline.scores.events.event_columns import Events, Ints
from touchline.scores.events.event_table import EventTable
from touchline.scores.events.matching import NO_TRUTH, match_nearest


def pair_across_classes(table: EventTable, tolerance_s: float) -> Ints:
    """Pairs claims and truths of one half, of the same class first, then of any.

    Within a class, nearest pairs come first. What is left of truths and claims is then paired
    nearest first whatever its class. So a claim that is right is never counted as confused because
    another event was a little nearer.

    Args:
        table: the games.
        tolerance_s: full width of the window around a truth; a pair is at most half of it apart.

    Returns:
        For each claim the truth that it is paired with, or -1.
    """
    truths, claims = table.truths, table.claims
    pairs = table.nearest_matches(tolerance_s)
    found = np.zeros(len(truths.group), dtype=bool)
    found[pairs[pairs != NO_TRUTH]] = True
    open_truths = _halves(truths, np.flatnonzero(~found))
    open_claims = _halves(claims, np.flatnonzero(pairs == NO_TRUTH))
    radius = round(tolerance_s * 500)
    left = match_nearest(_one_class(truths, open_truths), _one_class(claims, open_claims), radius)
    confused = left != NO_TRUTH
    pairs[open_claims[confused]] = open_truths[left[confused]]
    return pairs


def _halves(events: Events, rows: Ints) -> Ints:
    """Rows in the order of half and time, whatever the class."""
    half = events.group[rows] // events.classes
    return rows[np.lexsort((events.time[rows], half))]


def _one_class(events: Events, rows: Ints) -> Events:
    """Some events as if there were one class only."""
    kept = events.only(rows)
    return replace(kept, group=kept.group // events.classes, classes=1)
