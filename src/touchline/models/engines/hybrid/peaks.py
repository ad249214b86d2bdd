"""From the scores of frames to events: displaced votes, and their peaks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP_S = 0.05
"""Distance of the points at which votes are counted."""

BELL_TO_REACH = 0.6
"""Standard deviation of the bell that frames learn around an event, as a share of the reach."""

FAR_TO_REACH = 2.5
"""How far from an event frames still learn of it, as a multiple of the reach."""


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event.

    Attributes:
        column: of its class.
        seconds: from the start of the window.
        confidence: the votes for it, as a share of those of a certain event; at most 1.
    """

    column: int
    seconds: float
    confidence: float


def find_events(
    seconds: Floats,
    probability: Floats,
    shift_s: Floats,
    *,
    reach_s: float,
    sharpness_s: float,
    apart_s: float,
    least: float,
) -> list[FoundEvent]:
    """The events of a window: where frames, displaced to the event that they are near, agree.

    Every frame votes at its displaced time with its probability; votes are smoothed, and a peak
    is kept unless a higher one of its class is near (non-maximum suppression).

    Args:
        seconds: of the frames, ascending, shape (frames,).
        probability: of an event near, shape (frames, classes).
        shift_s: from the frame to the event, shape (frames, classes).
        reach_s: seconds around an event in which frames belong to it.
        sharpness_s: standard deviation of the bell with which a vote counts around its time.
        apart_s: events of a class are at least this far apart.
        least: events with a lower confidence are omitted.

    Returns:
        By class, and by confidence within each.
    """
    if not len(seconds):
        return []
    count = int(np.ceil((seconds[-1] - seconds[0]) / STEP_S)) + 1
    certain = _certain(seconds, reach_s)
    bell, farthest_s = _bell(sharpness_s), FAR_TO_REACH * reach_s
    found: list[FoundEvent] = []
    for column in range(probability.shape[1]):
        votes = probability[:, column]
        if votes.sum() < least:
            continue
        moved = seconds + np.clip(shift_s[:, column], -farthest_s, farthest_s) - seconds[0]
        places = np.clip(np.rint(moved / STEP_S), 0, count - 1).astype(np.int64)
        reach = len(bell) // 2
        curve = np.convolve(np.bincount(places, votes, count), bell)[reach : reach + count]
        curve /= certain
        for place in _apart(curve, round(apart_s / STEP_S), least):
            at = float(seconds[0] + place * STEP_S)
            found.append(FoundEvent(column, at, float(min(1.0, curve[place]))))
    return found


def _certain(seconds: Floats, reach_s: float) -> float:
    """The votes that an event has of which every frame near is as certain as it can be."""
    step = float(np.median(np.diff(seconds))) if len(seconds) > 1 else reach_s
    return max(1.0, float(np.sqrt(2 * np.pi)) * BELL_TO_REACH * reach_s / step)


def _bell(sharpness_s: float) -> Floats:
    """A bell that is 1 in its middle."""
    width = int(np.ceil(3 * sharpness_s / STEP_S))
    offsets = np.arange(-width, width + 1) * STEP_S
    return np.asarray(np.exp(-0.5 * (offsets / sharpness_s) ** 2))


def _apart(curve: Floats, apart: int, least: float) -> list[int]:
    """Places of the peaks of a curve, highest first, none within `apart` of a higher one."""
    around = np.pad(curve, 1, constant_values=-1.0)
    is_peak = (curve > around[:-2]) & (curve >= around[2:]) & (curve >= least)
    places = np.flatnonzero(is_peak)
    kept: list[int] = []
    for place in places[np.argsort(-curve[places], kind="stable")].tolist():
        if all(abs(place - other) > apart for other in kept):
            kept.append(place)
    return kept
