"""Which frames of a half are sampled: pure arithmetic on true presentation times."""

import numpy as np
from numpy.typing import NDArray

_ROUNDED_MS = 0.5


def sample_times(frame_times_ms: NDArray[np.int64], fps: float) -> NDArray[np.int64]:
    """The frames that a rate asks for: the first one at or after each tick, before the next.

    Ticks start at zero for the whole half, so overlapping windows share their frames. A tick
    without a frame before the next one (a gap, or a rate above the video's own) gives none: a
    frame is never shown twice or at a time that is not its own. Times are whole milliseconds, so
    a frame that is half of one early is on time.

    Args:
        frame_times_ms: true times, ascending, shape (frames,).
        fps: ticks a second.

    Returns:
        Times of the chosen frames, ascending and distinct.
    """
    ticks = np.floor((frame_times_ms + _ROUNDED_MS) * (fps / 1000))
    first_of_tick = np.ones(len(ticks), dtype=bool)
    first_of_tick[1:] = ticks[1:] != ticks[:-1]
    return frame_times_ms[first_of_tick]


def spread_times(
    frame_times_ms: NDArray[np.int64], start_ms: int, end_ms: int, count: int
) -> NDArray[np.int64]:
    """The first frame in each of `count` equal parts of a window; a part without one gives none.

    >>> spread_times(np.arange(0, 4000, 40), 1000, 3000, 4).tolist()
    [1000, 1520, 2000, 2520]
    """
    edges = start_ms + (end_ms - start_ms) * np.arange(count + 1) / count
    places = np.searchsorted(frame_times_ms, edges)
    return frame_times_ms[places[:-1][places[:-1] < places[1:]]]
