"""The crowd: how loud it is, and where it swells."""

from dataclasses import dataclass

import numpy as np

from touchline.video.curves.curve import Curve, Moment, peaks
from touchline.video.sound.spectral import FRAME_MS, SpectralCurves

_LOUDEST_BELOW_DB = -80.0
"""Sound that never gets louder than this is the noise of a silent track."""


@dataclass(frozen=True, slots=True)
class SwellSettings:
    """What counts as a swell of the crowd.

    Attributes:
        smooth_ms: loudness is averaged over this long, so that a clap is not a swell.
        usual_ms: what is usual is the median over this long around each moment.
        rise_db: a swell rises this far above what is usual.
        apart_ms: two swells are at least this far apart.
    """

    smooth_ms: int = 1000
    usual_ms: int = 40_000
    rise_db: float = 4.0
    apart_ms: int = 8000


_DEFAULT = SwellSettings()
_STEP_FRAMES = 8


def crowd_rise(curves: SpectralCurves, settings: SwellSettings = _DEFAULT) -> Curve:
    """How much louder than usual the crowd is, in decibels, every 93 ms.

    Args:
        curves: of a half's sound.
        settings: widths.
    """
    from scipy.ndimage import median_filter, uniform_filter1d

    width = max(1, round(settings.smooth_ms / FRAME_MS))
    smooth = uniform_filter1d(curves.crowd_db, width, mode="nearest")[::_STEP_FRAMES]
    times_ms = curves.times_ms[::_STEP_FRAMES]
    if not len(smooth) or curves.crowd_db.max() < _LOUDEST_BELOW_DB:
        return Curve(times_ms, np.zeros(len(smooth)))
    reach = min(len(smooth), round(settings.usual_ms / (FRAME_MS * _STEP_FRAMES)))
    return Curve(times_ms, smooth - median_filter(smooth, reach, mode="nearest"))


def swells(curves: SpectralCurves, settings: SwellSettings = _DEFAULT) -> list[Moment]:
    """The moments at which the crowd swells, with the rise in decibels as their strength.

    A swell is placed where half of its rise is done: what it answers to has just happened then,
    and its top comes seconds later.

    Args:
        curves: of a half's sound.
        settings: what counts as one.
    """
    rise = crowd_rise(curves, settings)
    return [
        Moment(_risen_ms(rise, top), round(top.strength, 1))
        for top in peaks(rise, settings.apart_ms, settings.rise_db)
    ]


def _risen_ms(rise: Curve, top: Moment) -> int:
    """The last moment before a top at which at most half of its rise was done."""
    last = int(np.searchsorted(rise.times_ms, top.time_ms))
    low = np.flatnonzero(rise.values[: last + 1] <= top.strength / 2)
    return int(rise.times_ms[low[-1]]) if len(low) else int(rise.times_ms[0])
