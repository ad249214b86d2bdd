"""What a model is shown of a window: its frames, or with their optical flow beside or instead."""

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from touchline.video.display import SQUARE
from touchline.video.frame_spec import FrameSpec
from touchline.video.motion.flow import FASTEST, flow_pictures
from touchline.video.motion.small_frames import Picture
from touchline.video.pixels import JPEG_QUALITY, stored_facts, stored_size

_METHOD = "dense inverse search, fast"


def frame_facts(spec: FrameSpec, aspect: Fraction = SQUARE) -> dict[str, Any]:
    """How the pixels that a model is shown are made, for a request's key.

    Args:
        spec: how frames are made.
        aspect: pixel aspect of the video.
    """
    facts = stored_facts(spec, aspect)
    if spec.flow is None:
        return facts
    return facts | {"flow": (spec.flow, _METHOD, FASTEST)}


def frame_size(width: int, height: int, spec: FrameSpec) -> tuple[int, int]:
    """Width and height of the frame that a model is shown of a picture of a size.

    >>> frame_size(1280, 720, FrameSpec(height=360))
    (640, 360)
    >>> frame_size(1280, 720, FrameSpec(height=360, flow="beside"))
    (1280, 360)
    """
    width, height = stored_size(width, height, spec)
    return (2 * width if spec.flow == "beside" else width), height


def render_frames(jpegs: Sequence[bytes], spec: FrameSpec) -> list[bytes]:
    """The frames of a window as a model is shown them.

    Flow is that between two frames of the window, so it tells of longer motion at a lower rate.

    Args:
        jpegs: the frames as they are stored, in order.
        spec: says whether and where flow is drawn.

    Returns:
        As many JPEG files, untouched where no flow is drawn.

    Raises:
        UserError: the extra "motion" is not installed.
    """
    if spec.flow is None:
        return list(jpegs)
    frames = [_picture(jpeg) for jpeg in jpegs]
    drawn = flow_pictures(frames)
    if spec.flow == "beside":
        drawn = [np.hstack(pair) for pair in zip(frames, drawn, strict=True)]
    return [_jpeg(picture) for picture in drawn]


def _picture(jpeg: bytes) -> Picture:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), dtype=np.uint8)


def _jpeg(picture: Picture) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
