"""Cutting a half into windows, each with the true time of its frames."""

import numpy as np
from numpy.typing import NDArray

from touchline.games import Half
from touchline.video.nouns import Recipe, Window
from touchline.video.probe import probe


def windows(half: Half, recipe: Recipe) -> list[Window]:
    """All windows of a half, in order, over everything that its file claims to hold.

    The last window ends with the half and may be shorter. A window without any frame, in a gap
    or behind the place where a truncated file breaks off, is kept: it cannot be asked, and so
    it counts as failed and lowers the coverage, instead of passing for "no event".

    With a budget (`recipe.adaptive`) only the windows that it is spent on are returned.

    Args:
        half: the half.
        recipe: frame rate, length and stride, and the budget if there is one.

    Raises:
        UserError: the video cannot be read.
    """
    facts = probe(half.video)
    sampled = sample_times(facts.frame_times_ms, recipe.fps)
    starts = window_starts(facts.claimed_ms, recipe)
    ends = [min(start + recipe.window_ms, facts.claimed_ms) for start in starts]
    firsts = np.searchsorted(sampled, starts)
    lasts = np.searchsorted(sampled, ends)
    found = [
        Window(
            game=half.game,
            half=half.number,
            index=index,
            total=len(starts),
            start_ms=start,
            end_ms=end,
            frame_times_ms=tuple(sampled[first:last].tolist()),
            first_frame=int(first) + 1,
        )
        for index, (start, end, first, last) in enumerate(
            zip(starts, ends, firsts, lasts, strict=True)
        )
    ]
    if recipe.adaptive is None:
        return found
    from touchline.video.adaptive import chosen_windows

    return chosen_windows(half, found, recipe.adaptive)


def window_starts(duration_ms: int, recipe: Recipe) -> list[int]:
    """Starts of the windows that cover a half: no moment is left out, none begins past the end.

    >>> window_starts(8000, Recipe(window_ms=3000, stride_ms=2000))
    [0, 2000, 4000, 6000]
    """
    starts = [0]
    while starts[-1] + recipe.window_ms < duration_ms:
        starts.append(starts[-1] + recipe.stride_ms)
    return [start for start in starts if start < duration_ms]


def sample_times(frame_times_ms: NDArray[np.int64], fps: float) -> NDArray[np.int64]:
    """The frames that a rate asks for: the first one at or after each tick, before the next.

    Ticks start at zero for the whole half, so overlapping windows share their frames. A tick
    with no frame before the next one (a gap, or a rate above the video's own) gives none: a
    frame is never shown twice or at a time that is not its own.

    Args:
        frame_times_ms: true times, ascending, shape (frames,).
        fps: ticks a second.

    Returns:
        Times of the chosen frames, ascending and distinct.
    """
    ticks = np.floor(frame_times_ms * (fps / 1000) + 1e-9)
    first_of_tick = np.ones(len(ticks), dtype=bool)
    first_of_tick[1:] = ticks[1:] != ticks[:-1]
    return frame_times_ms[first_of_tick]
