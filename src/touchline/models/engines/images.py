"""Frames in the size, quality and format in which they are sent to an endpoint."""

import io
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from PIL import Image

from touchline.models.image_tokens.scaling import scaled_size

_QUALITY = 90
"""JPEG quality of a frame that is encoded again only for its size."""

_MS_PER_SECOND = 1000
_LAST_FRAME_MS = 200
"""How long a clip with one frame shows it."""


def smaller_jpeg(jpeg: bytes, quality: int | None, max_pixels: int | None) -> bytes:
    """A frame encoded again with fewer pixels or stronger compression.

    Args:
        jpeg: the frame as it is stored.
        quality: of the new file, 1 to 95; None takes 90.
        max_pixels: most pixels, width times height; the aspect is kept. None keeps the size.

    Returns:
        A JPEG file; the same bytes where nothing has to change.
    """
    if quality is None and max_pixels is None:
        return jpeg
    with Image.open(io.BytesIO(jpeg)) as image:
        size = scaled_size(image.width, image.height, max_pixels)
        if size == image.size and quality is None:
            return jpeg
        scaled = image.resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    scaled.save(buffer, format="JPEG", quality=quality or _QUALITY)
    return buffer.getvalue()


def mp4(jpegs: Sequence[bytes], times_ms: Sequence[int]) -> bytes:
    """Frames as one silent H.264 video in which each is shown at its true time.

    Args:
        jpegs: JPEG files of one size, in order.
        times_ms: presentation time of each; the video starts with the first.

    Returns:
        An MP4 file. Width and height are even: an odd row or column is cut off.
    """
    import av

    images = [Image.open(io.BytesIO(jpeg)).convert("RGB") for jpeg in jpegs]
    width, height = (side - side % 2 for side in images[0].size)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", options={"crf": "18", "tune": "stillimage"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, _MS_PER_SECOND)
        stream.codec_context.max_b_frames = 0
        for image, time_ms, length_ms in zip(images, times_ms, _lengths(times_ms), strict=True):
            frame = av.VideoFrame.from_image(image.crop((0, 0, width, height)))
            frame.pts, frame.duration = time_ms - times_ms[0], length_ms
            frame.time_base = Fraction(1, _MS_PER_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _lengths(times_ms: Sequence[int]) -> list[int]:
    """How long each frame is shown; the last as long as the one before it."""
    gaps = [after - before for before, after in pairwise(times_ms)]
    return [*gaps, gaps[-1] if gaps else _LAST_FRAME_MS]
