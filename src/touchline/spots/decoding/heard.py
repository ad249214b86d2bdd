"""What is heard, as marks beside what models claim: a decoder learns what it means."""

from collections.abc import Mapping

import numpy as np

from touchline.spots.decoding.marks import Marks
from touchline.video.sound import LOUD_SWELL_DB, LOUD_WHISTLE_DB, Heard

WHISTLE = "sound/whistle"
SWELL = "sound/swell"


def marks_of_heard(halves: Mapping[int, Heard]) -> list[Marks]:
    """The whistles and swells of a game as signals of a decoder, as strong as they stand out.

    Args:
        halves: what is heard in each half, by its number.
    """
    return [_marks(number, halves[number]) for number in sorted(halves)]


def _marks(number: int, heard: Heard) -> Marks:
    whistles = [(one.time_ms, one.strength_db / LOUD_WHISTLE_DB) for one in heard.whistles]
    swells = [(one.time_ms, one.strength / LOUD_SWELL_DB) for one in heard.swells]
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Marks(
        half=number,
        length_ms=max((time for time, _ in [*whistles, *swells]), default=0) + 1,
        signals={
            name: (
                np.array([time for time, _ in marks], dtype=np.int64),
                np.array([strength for _, strength in marks], dtype=np.float64),
            )
            for name, marks in ((WHISTLE, whistles), (SWELL, swells))
            if marks
        },
        teams=nothing,
    )
