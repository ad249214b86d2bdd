"""The true times of frames that are shown as one video, in the words of transformers and vLLM."""

from collections.abc import Sequence
from typing import Any

from touchline.video import Window

_CLOCK_HZ = 1000
"""Frames of a video are numbered by their millisecond, so that their times are exact."""


def video_metadata(window: Window, shown: Sequence[int]) -> dict[str, Any]:
    """When each frame of a video is, counted from the start of its window.

    Args:
        window: with the time of each of its frames.
        shown: positions of the frames in the video, in order.

    Returns:
        Values of transformers' `VideoMetadata`; the time of a frame is its index over `fps`.

    >>> window = Window("g", 1, 0, 1, 2000, 5000, (2000, 2200, 3000))
    >>> video_metadata(window, (0, 2))
    {'total_num_frames': 3000, 'fps': 1000, 'duration': 3.0, 'frames_indices': [0, 1000]}
    """
    length_ms = window.end_ms - window.start_ms
    return {
        "total_num_frames": length_ms,
        "fps": _CLOCK_HZ,
        "duration": length_ms / 1000,
        "frames_indices": [window.frame_times_ms[n] - window.start_ms for n in shown],
    }
