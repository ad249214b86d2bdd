"""What follows what: events that the other labels of a half lead to expect."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from touchline.games import Label
from touchline.spots import Spot

EVENT_ORDER = "(the order of events)"
"""In place of a model's name; no model is called so, as names begin with a letter or digit."""

_REACH_MS = 30_000
_LEAST_PAIRS = 6
_LEAST_SHARE = 0.5
"""Of the events of a class, how many the other class has to follow, or come before."""

Times = dict[tuple[str, int], dict[str, list[int]]]


def expected_events(labels: Mapping[str, Sequence[Label]], near_ms: int) -> dict[str, list[Spot]]:
    """Events that should be where they are because of another: a kick-off after a goal.

    For every pair of classes, the distance from an event of one to the next (or the last) event of
    the other is looked at; where most events of the one have the other at a steady distance, each
    event of the one lets expect the other there. How often that is right, a review finds out as
    it does of a model.

    Args:
        labels: by game.
        near_ms: how far an event may be from where it is expected.

    Returns:
        By game, the expected events; a confidence is the share of events that have such a
        neighbour.
    """
    times = _times(labels)
    classes = sorted({label.label for of_game in labels.values() for label in of_game})
    found: dict[str, list[Spot]] = {game: [] for game in labels}
    for one in classes:
        for other in classes:
            for direction in (1, -1):
                _expect(times, one, other, direction, near_ms, found)
    return {game: _distinct(spots, near_ms) for game, spots in found.items()}


def _distinct(spots: Sequence[Spot], near_ms: int) -> list[Spot]:
    """One of those that expect the same: the surest."""
    kept: dict[tuple[int, str], list[Spot]] = {}
    for spot in sorted(spots, key=lambda one: (-one.confidence, one.half, one.position_ms)):
        same = kept.setdefault((spot.half, spot.label), [])
        if all(abs(one.position_ms - spot.position_ms) > near_ms for one in same):
            same.append(spot)
    return [spot for same in kept.values() for spot in same]


def _times(labels: Mapping[str, Sequence[Label]]) -> Times:
    times: Times = {}
    for game, of_game in labels.items():
        for label in sorted(of_game, key=lambda one: one.position_ms):
            of_half = times.setdefault((game, label.half), defaultdict(list))
            of_half[label.label].append(label.position_ms)
    return times


def _expect(
    times: Times, one: str, other: str, direction: int, near_ms: int, found: dict[str, list[Spot]]
) -> None:
    offsets, count = [], 0
    for of_half in times.values():
        for at_ms in of_half.get(one, ()):
            count += 1
            if (offset := _next(of_half.get(other, ()), at_ms, direction)) is not None:
                offsets.append(offset)
    if len(offsets) < _LEAST_PAIRS:
        return
    usual = round(median(offsets))
    share = sum(abs(offset - usual) <= near_ms for offset in offsets) / count
    if share < _LEAST_SHARE:
        return
    for (game, half), of_half in times.items():
        found[game] += [
            Spot(half, at_ms + usual, other, None, share)
            for at_ms in of_half.get(one, ())
            if at_ms + usual >= 0
        ]


def _next(times: Sequence[int], at_ms: int, direction: int) -> int | None:
    """How far the next event (or, backwards, the last one) is; None where none is in reach."""
    place = bisect_right(times, at_ms) if direction > 0 else bisect_right(times, at_ms - 1) - 1
    if not 0 <= place < len(times):
        return None
    offset = times[place] - at_ms
    return offset if 0 < abs(offset) <= _REACH_MS else None
