"""Cutting a half into windows, each with the true time of its frames."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from touchline.games import Half
from touchline.video.frame_spec import Decoding, FrameSpec
from touchline.video.probe import VideoFacts, probe_video
from touchline.video.types import Window

_ROUNDED_MS = 0.5


def cut_windows(half: Half, recipe: FrameSpec) -> list[Window]:
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
    facts = probe_video(half.video)
    spans = window_spans(facts.claimed_ms, recipe)
    taken = _taken(_shown_times(facts, recipe), spans, recipe)
    sampled = np.unique(np.concatenate(taken)) if taken else np.empty(0, np.int64)
    firsts = np.searchsorted(sampled, [start for start, _ in spans]).tolist()
    found = [
        Window(
            game=half.game,
            half=half.number,
            index=index,
            total=len(spans),
            start_ms=start,
            end_ms=end,
            frame_times_ms=tuple(times.tolist()),
            first_frame=first + 1,
        )
        for index, ((start, end), times, first) in enumerate(zip(spans, taken, firsts, strict=True))
    ]
    if recipe.adaptive is None:
        return found
    from touchline.video.selection.choose import chosen_windows

    return chosen_windows(half, found, recipe.adaptive)


def sampled_times(half: Half, recipe: FrameSpec) -> NDArray[np.int64]:
    """Every frame that a recipe takes from a half, ascending.

    Raises:
        UserError: the video cannot be read.
    """
    if recipe.frames is None and recipe.adaptive is None:
        return sample_times(_shown_times(probe_video(half.video), recipe), recipe.fps)
    taken = [time_ms for window in cut_windows(half, recipe) for time_ms in window.frame_times_ms]
    return np.unique(np.asarray(taken, dtype=np.int64))


def _shown_times(facts: VideoFacts, recipe: FrameSpec) -> NDArray[np.int64]:
    """The frames that a recipe chooses from."""
    is_sparse = recipe.decoding is Decoding.KEYFRAMES
    return facts.key_times_ms if is_sparse else facts.frame_times_ms


def window_spans(claimed_ms: int, recipe: FrameSpec) -> list[tuple[int, int]]:
    """Start and end of each window; the last one ends with the half."""
    starts = window_starts(claimed_ms, recipe)
    return [(start, min(start + recipe.window_ms, claimed_ms)) for start in starts]


def _taken(
    shown_ms: NDArray[np.int64], spans: Sequence[tuple[int, int]], recipe: FrameSpec
) -> list[NDArray[np.int64]]:
    """The times of each window's frames."""
    if recipe.frames is not None:
        return [spread_times(shown_ms, start, end, recipe.frames) for start, end in spans]
    sampled = sample_times(shown_ms, recipe.fps)
    places = np.searchsorted(sampled, spans)
    return [sampled[first:last] for first, last in places]


def spread_times(
    frame_times_ms: NDArray[np.int64], start_ms: int, end_ms: int, count: int
) -> NDArray[np.int64]:
    """The first frame in each of so many equal parts of a window; a part without one gives none.

    >>> spread_times(np.arange(0, 4000, 40), 1000, 3000, 4).tolist()
    [1000, 1520, 2000, 2520]
    """
    edges = start_ms + (end_ms - start_ms) * np.arange(count + 1) / count
    places = np.searchsorted(frame_times_ms, edges)
    return frame_times_ms[places[:-1][places[:-1] < places[1:]]]


def window_starts(duration_ms: int, recipe: FrameSpec) -> list[int]:
    """Starts of the windows that cover a half: no moment is left out, none begins past the end.

    >>> window_starts(8000, FrameSpec(window=3, stride=2))
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
