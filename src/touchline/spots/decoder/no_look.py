"""What a decoder gets when it cannot see: the same claims, but not where they belong.

A decoder learns class rates, the rhythm of a game and what a model's claims mean. Refitted on such
signals it can only learn the first two, so what it still scores does not come from looking.
"""

from collections.abc import Callable

import numpy as np

from touchline.spots.claims import Ints
from touchline.spots.decoder.event_signals import EventSignals

BLOCK_MS = 3_000
"""Claims of one block stay together when blocks are permuted; about one window."""

_SEED = 20_251_127


def moved_claims(signals: EventSignals) -> EventSignals:
    """The half with all claims turned round by half its length: their rhythm stays."""
    by = signals.length_ms // 2
    return _retimed(signals, lambda times: (times + by) % signals.length_ms)


def permuted_windows(signals: EventSignals) -> EventSignals:
    """The half with its blocks of time in a random order: what is claimed together stays together.

    The order is the same whenever a half of this length is permuted.
    """
    blocks = signals.length_ms // BLOCK_MS + 1
    random = np.random.default_rng([_SEED, signals.half, signals.length_ms])
    order = random.permutation(blocks)

    def permuted(times: Ints) -> Ints:
        place = order[times.clip(0, signals.length_ms) // BLOCK_MS] * BLOCK_MS
        return np.asarray((place + times % BLOCK_MS).clip(0, signals.length_ms))

    return _retimed(signals, permuted)


NO_LOOK: dict[str, Callable[[EventSignals], EventSignals]] = {
    "claims moved by half a half": moved_claims,
    "windows permuted": permuted_windows,
}
"""The ways to take the sight from a decoder, by what is done."""

NO_LOOK_ROWS = {
    "claims moved by half a half": "claims-moved",
    "windows permuted": "windows-permuted",
}
"""What each is called after the model's name on a leaderboard."""


def _retimed(signals: EventSignals, retime: Callable[[Ints], Ints]) -> EventSignals:
    times, sides = signals.teams
    return EventSignals(
        signals.half,
        signals.length_ms,
        {name: (retime(at), strength) for name, (at, strength) in signals.signals.items()},
        (retime(times), sides),
        signals.pair,
    )
