"""One sequential pass over a half that yields the frames asked for, as JPEG files."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from touchline.video.probe import frame_time_ms, open_video

if TYPE_CHECKING:
    import av

JPEG_QUALITY = 90


def decode(
    path: Path, times_ms: NDArray[np.int64], height: int | None
) -> Iterator[tuple[int, bytes]]:
    """Frames at the given true times, in order, scaled and compressed on the way.

    What does not decode is skipped, so fewer frames than asked for may come. One frame is held
    at a time.

    Args:
        path: the video.
        times_ms: presentation times of the wanted frames (see `sample_times`).
        height: height in pixels, or None; frames are never enlarged.

    Yields:
        Time in ms and the JPEG file of each frame.

    Raises:
        UserError: the file cannot be opened as a video.
    """
    wanted = frozenset(times_ms.tolist())
    last = int(times_ms[-1]) if len(times_ms) else -1
    with open_video(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        zero_us = container.start_time or 0
        for frame in _frames(container, stream):
            if frame.pts is None:
                continue
            time_ms = frame_time_ms(frame.pts, stream, zero_us)
            if time_ms in wanted:
                yield time_ms, _jpeg(frame, height)
            if time_ms >= last:
                return


def _frames(
    container: "av.container.InputContainer", stream: "av.VideoStream"
) -> Iterator["av.VideoFrame"]:
    """Every frame that decodes; a broken packet costs its own frames and no others."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            decoded = packet.decode()
        except StopIteration:
            return
        except av.error.EOFError:
            return
        except av.error.InvalidDataError:
            continue
        yield from decoded


def _jpeg(frame: "av.VideoFrame", height: int | None) -> bytes:
    if height is not None and height < frame.height:
        width = max(2, round(frame.width * height / frame.height))
        frame = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    buffer = io.BytesIO()
    frame.to_image().save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
