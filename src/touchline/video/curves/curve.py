"""A quantity over the time of a half, and the moments at which it stands out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Samples of a quantity.

    Attributes:
        times_ms: from the start of the half, ascending; shape (n,).
        values: one for each time; shape (n,).
    """

    times_ms: Ints
    values: Floats


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at which something may have happened.

    Attributes:
        time_ms: from the start of the half.
        strength: how much it stands out; comparable within its own kind and half only.
    """

    time_ms: int
    strength: float


def peaks(curve: Curve, apart_ms: int, least: float) -> list[Moment]:
    """The local maxima of a curve, in the order of time.

    Args:
        curve: evenly sampled, or nearly so.
        apart_ms: of two maxima closer than this the higher one counts.
        least: what is not above it is no peak; nor is the flat of a curve.

    >>> curve = Curve(np.arange(0, 500, 100), np.array([0.0, 1.0, 0.0, 3.0, 0.0]))
    >>> peaks(curve, 100, 0.5)
    [Moment(time_ms=100, strength=1.0), Moment(time_ms=300, strength=3.0)]
    """
    from scipy.signal import find_peaks

    if len(curve.values) < 2:
        return []
    step_ms = float(np.median(np.diff(curve.times_ms)))
    padded = np.concatenate([[-np.inf], curve.values, [-np.inf]])
    found, _ = find_peaks(padded, height=least, distance=max(1, round(apart_ms / step_ms)))
    return [Moment(int(curve.times_ms[i]), float(curve.values[i])) for i in found - 1]
