"""Cutting a half into windows, each with the true time of its frames."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from touchline.games import Half
from touchline.video.frame_spec import Decoding, FrameSpec
from touchline.video.probe import VideoFacts, probe_video
from touchline.video.sample_times import sample_times, spread_times
from touchline.video.selection.select_windows import select_windows
from touchline.video.types import Window


def cut_windows(half: Half, spec: FrameSpec) -> list[Window]:
    """All windows of a half, in order, over everything that its file claims to hold.

    The last window ends with the half and may be shorter. A window without any frame, in a gap
    or after the point where a truncated file ends, is kept: it cannot be asked about, so it counts
    as failed and lowers the coverage instead of passing for "no event".

    With a budget (`spec.adaptive`) only the windows that it is spent on are returned.

    Args:
        half: the half.
        spec: frame rate, length and stride, and the budget if there is one.

    Raises:
        UserError: the video cannot be read.
    """
    facts = probe_video(half.video)
    spans = window_spans(facts.claimed_ms, spec)
    times_of = _frame_times(_candidate_times(facts, spec), spans, spec)
    sampled = np.unique(np.concatenate(times_of)) if times_of else np.empty(0, np.int64)
    firsts = np.searchsorted(sampled, [start for start, _ in spans]).tolist()
    windows = [
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
        for index, ((start, end), times, first) in enumerate(
            zip(spans, times_of, firsts, strict=True)
        )
    ]
    return windows if spec.adaptive is None else select_windows(half, windows, spec.adaptive)


def sampled_times(half: Half, spec: FrameSpec) -> NDArray[np.int64]:
    """The time of every frame that is taken from a half, ascending.

    Raises:
        UserError: the video cannot be read.
    """
    if spec.frames is None and spec.adaptive is None:
        return sample_times(_candidate_times(probe_video(half.video), spec), spec.fps)
    taken = [time_ms for window in cut_windows(half, spec) for time_ms in window.frame_times_ms]
    return np.unique(np.asarray(taken, dtype=np.int64))


def window_spans(claimed_ms: int, spec: FrameSpec) -> list[tuple[int, int]]:
    """Start and end of each window; the last one ends with the half."""
    starts = window_starts(claimed_ms, spec)
    return [(start, min(start + spec.window_ms, claimed_ms)) for start in starts]


def window_starts(duration_ms: int, spec: FrameSpec) -> list[int]:
    """Starts of the windows that cover a half: no moment is left out, none begins past the end.

    >>> window_starts(8000, FrameSpec(window=3, stride=2))
    [0, 2000, 4000, 6000]
    """
    starts = [0]
    while starts[-1] + spec.window_ms < duration_ms:
        starts.append(starts[-1] + spec.stride_ms)
    return [start for start in starts if start < duration_ms]


def covered_ms(spans_ms: Sequence[tuple[int, int]]) -> int:
    """How much of a half some windows show, overlaps counted once.

    >>> covered_ms([(0, 3000), (2000, 5000), (9000, 12000)])
    8000
    """
    total = reached = 0
    for start, end in sorted(spans_ms):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _candidate_times(facts: VideoFacts, spec: FrameSpec) -> NDArray[np.int64]:
    """The frames that can be sampled: all of them, or key frames only."""
    only_key_frames = spec.decoding is Decoding.KEYFRAMES
    return facts.key_times_ms if only_key_frames else facts.frame_times_ms


def _frame_times(
    candidates_ms: NDArray[np.int64], spans: Sequence[tuple[int, int]], spec: FrameSpec
) -> list[NDArray[np.int64]]:
    """The frame times of each window."""
    if spec.frames is not None:
        return [spread_times(candidates_ms, start, end, spec.frames) for start, end in spans]
    sampled = sample_times(candidates_ms, spec.fps)
    places = np.searchsorted(sampled, spans)
    return [sampled[first:last] for first, last in places]
