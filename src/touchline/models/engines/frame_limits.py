"""Frames made smaller for an endpoint that limits their pixels or bytes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

_QUALITIES = (90, 75, 60)
"""JPEG qualities to try before a frame loses pixels for its bytes; lower ones hide the ball."""

_STEP = 0.75
"""By how much the sides shrink at a time."""

_LEAST_SIDE = 16


@dataclass(frozen=True, slots=True)
class FrameLimits:
    """The most that one frame may have; None is no limit.

    Attributes:
        side: pixels of the longer side.
        bytes: of the JPEG file.
    """

    side: int | None = None
    bytes: int | None = None

    def __bool__(self) -> bool:
        return self.side is not None or self.bytes is not None

    def __str__(self) -> str:
        side = [] if self.side is None else [f"{self.side} pixels a side"]
        size = [] if self.bytes is None else [f"{self.bytes / 1000:.0f} kB a frame"]
        return " and ".join(side + size)


NO_LIMITS = FrameLimits()


@dataclass(frozen=True, slots=True)
class FrameSizes:
    """The largest of some frames.

    Attributes:
        side: pixels of the longest side of any.
        pixels: width times height of the largest.
        bytes: of the largest file.
    """

    side: int
    pixels: int
    bytes: int


def frame_sizes(frames: Sequence[bytes]) -> FrameSizes:
    """The largest side, area and file of some JPEG frames.

    Raises:
        OSError: one is not an image.
    """
    sizes = [_size(frame) for frame in frames]
    return FrameSizes(
        max(max(size) for size in sizes),
        max(width * height for width, height in sizes),
        max(map(len, frames)),
    )


def fitted_frame(jpeg: bytes, limits: FrameLimits) -> bytes:
    """A frame within limits: fewer pixels, stronger compression, and then fewer pixels again.

    Args:
        jpeg: the frame as it is stored.
        limits: what it may have at most.

    Returns:
        A JPEG file; the same bytes where they fit.
    """
    width, height = _size(jpeg)
    share = min(1.0, (limits.side or max(width, height)) / max(width, height))
    if share == 1.0 and (limits.bytes is None or len(jpeg) <= limits.bytes):
        return jpeg
    with Image.open(io.BytesIO(jpeg)) as image:
        while True:
            size = max(1, int(width * share)), max(1, int(height * share))
            scaled = image.resize(size, Image.Resampling.LANCZOS) if share < 1 else image
            for quality in _QUALITIES:
                smaller = _encoded(scaled, quality)
                if limits.bytes is None or len(smaller) <= limits.bytes:
                    return smaller
            if max(size) <= _LEAST_SIDE:
                return smaller
            share *= _STEP


def lowered_sizes(before: Sequence[bytes], after: Sequence[bytes]) -> tuple[str, ...]:
    """The entry of `Reply.lowered` about frames that were made smaller; none where none was.

    Args:
        before: the frames as they are stored.
        after: the same frames as they are sent.
    """
    changed = next(((a, b) for a, b in zip(before, after, strict=True) if a != b), None)
    if changed is None:
        return ()
    (width, height), (less, lower) = map(_size, changed)
    if (width, height) != (less, lower):
        return (f"pixels {width}x{height} to {less}x{lower}",)
    stored, sent = (f"{max(1, round(len(jpeg) / 1000))} kB" for jpeg in changed)
    return (f"frames of {stored} to {sent}",)


def _size(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as image:
        return image.size


def _encoded(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=quality)
    return buffer.getvalue()
