"""Referees' whistles: a steady tone in their band, stronger than what lies beside it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from touchline.video.sound.spectral import FRAME_MS, SpectralCurves


@dataclass(frozen=True, slots=True)
class Whistle:
    """One blow of a whistle.

    Attributes:
        time_ms: when it begins, from the start of the half.
        duration_ms: how long it is.
        strength_db: mean power of its tone over the sound beside it, in decibels.
    """

    time_ms: int
    duration_ms: int
    strength_db: float


@dataclass(frozen=True, slots=True)
class WhistleSettings:
    """What counts as a whistle; `docs/sound.md` says on which matches the values were chosen.

    Attributes:
        peak_db: the tone is at least this far above the median of the neighbouring bands.
        clear_db: and at least this far above their strongest tone, which music and speech have.
        flatness: the band is at most this flat.
        shortest_ms: a shorter tone is not one.
        longest_ms: a longer one is a siren, a horn or a fault.
        gap_ms: a tone may be lost for this long; a pea whistle trills.
    """

    peak_db: float = 12.0
    clear_db: float = 4.0
    flatness: float = 0.4
    shortest_ms: float = 150.0
    longest_ms: float = 4000.0
    gap_ms: float = 90.0


_DEFAULT = WhistleSettings()


def whistles(curves: SpectralCurves, settings: WhistleSettings = _DEFAULT) -> list[Whistle]:
    """The whistles of a half, in order.

    Args:
        curves: of its sound.
        settings: what counts as one.
    """
    tonal = (
        (curves.peak_db >= settings.peak_db)
        & (curves.peak_db - curves.beside_db >= settings.clear_db)
        & (curves.flatness <= settings.flatness)
    )
    found = []
    for first, last in runs(tonal, round(settings.gap_ms / FRAME_MS)):
        length_ms = (last - first) * FRAME_MS
        if settings.shortest_ms <= length_ms <= settings.longest_ms:
            inside = slice(first, last)
            strength = float(curves.peak_db[inside][tonal[inside]].mean())
            begins_ms = int(curves.times_ms[first])
            found.append(Whistle(begins_ms, round(length_ms), round(strength, 1)))
    return found


def runs(marked: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Stretches that are marked, those at most `gap` apart taken as one.

    Returns:
        First index and the index after the last, for each stretch.

    >>> runs(np.array([1, 1, 0, 1, 0, 0, 0, 1], dtype=bool), 1)
    [(0, 4), (7, 8)]
    """
    places = np.flatnonzero(marked)
    if not len(places):
        return []
    cuts = np.flatnonzero(np.diff(places) > gap + 1)
    firsts = places[np.concatenate([[0], cuts + 1])]
    lasts = places[np.concatenate([cuts, [len(places) - 1]])] + 1
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
