"""Small frames of a half in one decoding pass, to measure how the picture changes."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.video.packets import decoded_frames
from touchline.video.probe import frame_time_ms, open_video, probe_video, video_stream
from touchline.video.sample_times import sample_times

Picture = NDArray[np.uint8]

WIDTH = 128
"""Pixels. A player is then about one pixel wide: enough to measure whether and where it moves."""


def small_frames(video: Path, fps: float, width: int = WIDTH) -> Iterator[tuple[int, Picture]]:
    """Frames scaled down while they are decoded, one held at a time.

    Args:
        video: the file.
        fps: how many a second; the frames that `sample_times` chooses.
        width: in pixels, aspect kept.

    Yields:
        Time in ms and the picture in blue, green, red; shape (height, width, 3).

    Raises:
        UserError: the file cannot be opened as a video.
    """
    from av.video.reformatter import VideoReformatter

    facts, scaler = probe_video(video), VideoReformatter()
    wanted = frozenset(sample_times(facts.frame_times_ms, fps).tolist())
    height = max(16, round(width * facts.height / facts.width / 2) * 2)
    with open_video(video) as container:
        stream = video_stream(container)
        stream.thread_type = "AUTO"
        zero_us = container.start_time or 0
        for frame in decoded_frames(container, stream):
            if frame.pts is None:
                continue
            time_ms = frame_time_ms(frame.pts, stream, zero_us)
            if time_ms in wanted:
                small = scaler.reformat(frame, width, height, "bgr24", interpolation="AREA")
                yield time_ms, np.asarray(small.to_ndarray(), dtype=np.uint8)
