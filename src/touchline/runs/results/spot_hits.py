"""Which spots are right and which labels were found, for timelines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from touchline.scores import NO_TRUTH, EventTable, Games

ByGame = Mapping[str, tuple[bool, ...]]


@dataclass(frozen=True, slots=True)
class SpotHits:
    """The hits of one model.

    Attributes:
        right: by game, for each spot in the order given, whether it counts as right.
        found: by game, for each label in the order given, whether a spot found it.
    """

    right: ByGame
    found: ByGame


def find_hits(games: Games, table: EventTable, tolerance_s: float) -> SpotHits:
    """The official matching at one tolerance, for each spot and label.

    Args:
        games: labels and spots by game id.
        table: the result of `align_events` for them.
        tolerance_s: full width of the window around a truth.
    """
    pairs = table.matches(tolerance_s)
    matched = pairs != NO_TRUTH
    right = np.zeros(sum(len(spots) for _, spots in games.values()), dtype=bool)
    found = np.zeros(sum(len(labels) for labels, _ in games.values()), dtype=bool)
    right[table.claims.source[matched]] = True
    found[table.truths.source[pairs[matched]]] = True
    return SpotHits(
        _by_game(right.tolist(), {game: len(spots) for game, (_, spots) in games.items()}),
        _by_game(found.tolist(), {game: len(labels) for game, (labels, _) in games.items()}),
    )


def _by_game(values: Sequence[bool], counts: Mapping[str, int]) -> dict[str, tuple[bool, ...]]:
    shared: dict[str, tuple[bool, ...]] = {}
    start = 0
    for game, count in counts.items():
        shared[game] = tuple(values[start : start + count])
        start += count
    return shared
