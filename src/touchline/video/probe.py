"""What a video file is: its identity and the true time of each of its frames."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError

if TYPE_CHECKING:
    import av

_EDGE_BYTES = 4 << 20
_SAMPLE_BYTES = 64 << 10
_SAMPLES = 64
_END_SLACK_MS = 1000
"""Containers round their length up and sound may outlast the picture; only more is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class VideoFacts:
    """What is known of a video without decoding it.

    Attributes:
        fingerprint: identity of the file's content (see `fingerprint`).
        frame_times_ms: presentation time of every frame, ascending, shape (frames,); zero is
            the start of the file's own clock.
        duration_ms: where the last frame ends.
        claimed_ms: how long the file says it is, at least `duration_ms`; more when it was cut
            off.
        width: of the coded picture, in pixels.
        height: of the coded picture, in pixels.
    """

    fingerprint: str
    frame_times_ms: NDArray[np.int64]
    duration_ms: int
    claimed_ms: int
    width: int
    height: int

    @property
    def missing_ms(self) -> int:
        """How much of what the file claims to hold is not there."""
        return self.claimed_ms - self.duration_ms


def probe(path: Path) -> VideoFacts:
    """Facts of a video file, from one pass over its packets without decoding them.

    Raises:
        UserError: no such file, not a video, or no frame in it.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise UserError(f"video {path} cannot be read: {error.strerror}.") from error
    return _probe(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=256)
def _probe(path: Path, size: int, _mtime_ns: int) -> VideoFacts:
    with open_video(path) as container:
        stream = container.streams.video[0]
        zero_us = container.start_time or 0
        times = _packet_times(container, stream, zero_us)
        claimed_us = container.duration or 0
        width, height = stream.width, stream.height
    if len(times) == 0:
        raise UserError(f"video {path} has no frame that can be shown.")
    step_ms = int(np.median(np.diff(times))) if len(times) > 1 else 40
    duration_ms = int(times[-1]) + step_ms
    claimed_ms = claimed_us // 1000
    return VideoFacts(
        fingerprint=fingerprint(path, size),
        frame_times_ms=times,
        duration_ms=duration_ms,
        claimed_ms=claimed_ms if claimed_ms - duration_ms > _END_SLACK_MS else duration_ms,
        width=width,
        height=height,
    )


def open_video(path: Path) -> "av.container.InputContainer":
    """An open container with at least one video stream.

    Raises:
        UserError: the file is missing or is not a video.
    """
    import av

    try:
        container = av.open(str(path), metadata_errors="replace")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{path} is not a video that can be opened: {reason}.") from error
    if not container.streams.video:
        container.close()
        raise UserError(f"{path} has no video stream.")
    return container


def frame_time_ms(pts: int, stream: "av.VideoStream", zero_us: int) -> int:
    """A presentation timestamp as milliseconds on the file's own clock."""
    time_base = stream.time_base
    assert time_base is not None  # every opened stream has one
    return round(float(pts * time_base) * 1000 - zero_us / 1000)


def fingerprint(path: Path, size: int) -> str:
    """Identity of a file's content: a hash of its size, both ends and 64 samples between.

    Reading a whole 2 GB half would take longer than asking about its first window; two videos
    that agree in length and in all samples are the same encoding.

    Returns:
        32 hexadecimal digits.
    """
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    with path.open("rb") as file:
        if size <= 2 * _EDGE_BYTES + _SAMPLES * _SAMPLE_BYTES:
            digest.update(file.read())
            return digest.hexdigest()
        digest.update(file.read(_EDGE_BYTES))
        for sample in range(_SAMPLES):
            file.seek(size * (sample + 1) // (_SAMPLES + 2))
            digest.update(file.read(_SAMPLE_BYTES))
        file.seek(size - _EDGE_BYTES)
        digest.update(file.read(_EDGE_BYTES))
    return digest.hexdigest()


def _packet_times(
    container: "av.container.InputContainer", stream: "av.VideoStream", zero_us: int
) -> NDArray[np.int64]:
    """Times of all frames that the packets announce, ascending and distinct, in ms."""
    times = [frame_time_ms(pts, stream, zero_us) for pts in _shown_timestamps(container, stream)]
    return np.unique(np.asarray(times, dtype=np.int64))


def _shown_timestamps(
    container: "av.container.InputContainer", stream: "av.VideoStream"
) -> Iterator[int]:
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError):
            # At an error the file breaks off; what came before is used, and the claimed length
            # shows what is missing.
            return
        if packet.pts is not None and packet.size and not packet.is_discard:
            yield packet.pts
