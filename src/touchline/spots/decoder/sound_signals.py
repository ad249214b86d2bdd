"""Whistles and crowd swells as signals of a decoder."""

from collections.abc import Mapping

import numpy as np

from touchline.spots.decoder.event_signals import EventSignals
from touchline.video import LOUD_SWELL_DB, LOUD_WHISTLE_DB, SoundEvents

WHISTLE = "sound/whistle"
SWELL = "sound/swell"


def signals_of_sound(halves: Mapping[int, SoundEvents]) -> list[EventSignals]:
    """The whistles and swells of a game as signals; the strength is how far they stand out.

    Args:
        halves: sound events of each half, by its number.
    """
    return [_signals_of_half(number, halves[number]) for number in sorted(halves)]


def _signals_of_half(number: int, sounds: SoundEvents) -> EventSignals:
    whistles = [(one.time_ms, one.strength_db / LOUD_WHISTLE_DB) for one in sounds.whistles]
    swells = [(one.time_ms, one.strength / LOUD_SWELL_DB) for one in sounds.swells]
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    return EventSignals(
        half=number,
        length_ms=max((time for time, _ in [*whistles, *swells]), default=0) + 1,
        signals={
            name: (
                np.array([time for time, _ in found], dtype=np.int64),
                np.array([strength for _, strength in found], dtype=np.float64),
            )
            for name, found in ((WHISTLE, whistles), (SWELL, swells))
            if found
        },
        teams=nothing,
    )
