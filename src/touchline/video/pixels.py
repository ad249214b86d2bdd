"""From a decoded picture to the JPEG file that a model is given."""

import math
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from touchline.video.display import SQUARE, quarter_turns, upright_size, written_aspect
from touchline.video.frame_spec import Box, Decoding, FrameSpec

if TYPE_CHECKING:
    import av

JPEG_QUALITY = 90

Picture = NDArray[np.uint8]
"""Red, green, blue; shape (height, width, 3)."""

_STAMP_SHARE = 0.08
"""Height of the letters of a stamp in that of the frame; on 224 lines they can just be read."""

_STAMP_PIXELS = 12
"""The least height of a stamp's letters."""


def stored_facts(spec: FrameSpec, aspect: Fraction = SQUARE) -> dict[str, Any]:
    """How the pixels of a stored frame are made; optical flow is drawn when it is read.

    Args:
        spec: how frames are made.
        aspect: pixel aspect of the video. Frames that were made of pixels that are not square
            before they were stretched to their true shape do not have this fact.
    """
    chosen = {
        "max_pixels": spec.max_pixels,
        "crop": spec.crop,
        "mask": spec.mask,
        "stamp": spec.stamp,
        "decoding": None if spec.decoding is Decoding.EXACT else spec.decoding.value,
        "pixel_aspect": written_aspect(aspect),
    }
    return {
        "height": spec.height,
        "jpeg_quality": JPEG_QUALITY,
        "jpeg": "libjpeg-turbo 4:2:0",
        **{name: value for name, value in chosen.items() if value},
    }


class JpegEncoder:
    """Makes JPEG files of decoded pictures as one spec says.

    It keeps what libswscale has prepared for a size and a format, and scales in one thread:
    preparing it and its threads again for each picture takes ten times as long as the picture.
    """

    def __init__(self, video: Path, spec: FrameSpec, aspect: Fraction = SQUARE) -> None:
        """Rates and windows of the spec do not matter; `aspect` is the video's pixel aspect."""
        self._video = video
        from av.video.reformatter import VideoReformatter

        self._spec = spec
        self._aspect = aspect
        self._scale = VideoReformatter()
        self._colour = VideoReformatter()
        self._turns: int | None = None

    def encode(self, frame: "av.VideoFrame", time_ms: int) -> bytes:
        """One picture scaled, masked, cropped and stamped, as a JPEG file.

        Args:
            frame: as it was decoded.
            time_ms: of the frame, for its stamp.

        Raises:
            UserError: see `quarter_turns`.
        """
        import simplejpeg

        picture = self._upright(frame)
        height, width = picture.shape[:2]
        for box in self._spec.mask:
            left, top, right, bottom = _pixels_of(box, width, height)
            picture[top:bottom, left:right] = 0
        if self._spec.crop is not None:
            left, top, right, bottom = _pixels_of(self._spec.crop, width, height)
            picture = picture[top:bottom, left:right]
        if self._spec.stamp:
            picture = _stamped(picture, clock(time_ms))
        made: bytes = simplejpeg.encode_jpeg(
            np.ascontiguousarray(picture), quality=JPEG_QUALITY, colorsubsampling="420"
        )
        return made

    def _upright(self, frame: "av.VideoFrame") -> Picture:
        """The whole picture, scaled and turned, in its true shape."""
        if self._turns is None:
            self._turns = quarter_turns(self._video, frame)
        turns = self._turns
        width, height = upright_size(frame.width, frame.height, self._aspect, turns)
        upright = scaled_size(width, height, self._spec)
        size = upright[::-1] if turns % 2 else upright
        if size != (frame.width, frame.height):
            # In YUV there is half as much to scale as in RGB.
            between = "yuv420p" if frame.format.name.startswith("yuv") else "rgb24"
            frame = self._scale.reformat(
                frame, *size, format=between, interpolation="AREA", threads=1
            )
        colours = self._colour.reformat(frame, format="rgb24", threads=1).to_ndarray()
        return np.asarray(np.rot90(colours, turns), dtype=np.uint8)


def clock(time_ms: int) -> str:
    """A time in the half as users write it, in minutes, seconds and tenths, rounded down.

    >>> clock(754_980)
    '12:34.9'
    """
    tenths = time_ms // 100
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def scaled_size(width: int, height: int, spec: FrameSpec) -> tuple[int, int]:
    """Width and height of the whole picture so that what is kept of it has the size asked for.

    >>> scaled_size(1280, 720, FrameSpec(height=224)), scaled_size(320, 180, FrameSpec(height=224))
    ((398, 224), (320, 180))
    """
    kept_width, kept_height = width, height
    if spec.crop is not None:
        left, top, right, bottom = _pixels_of(spec.crop, width, height)
        kept_width, kept_height = right - left, bottom - top
    scale = min(1.0, (spec.height or kept_height) / kept_height)
    if spec.max_pixels and kept_width * kept_height * scale**2 > spec.max_pixels:
        scale = math.sqrt(spec.max_pixels / (kept_width * kept_height))
        return max(1, math.floor(width * scale)), max(1, math.floor(height * scale))
    return max(1, round(width * scale)), max(1, round(height * scale))


def stored_size(width: int, height: int, spec: FrameSpec) -> tuple[int, int]:
    """Width and height of the stored frame that is made of a picture of a size.

    >>> stored_size(1280, 720, FrameSpec(crop=(0.0, 0.5, 1.0, 0.5)))
    (1280, 360)
    """
    width, height = scaled_size(width, height, spec)
    if spec.crop is None:
        return width, height
    left, top, right, bottom = _pixels_of(spec.crop, width, height)
    return right - left, bottom - top


def _pixels_of(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a part of the picture; at least one pixel."""
    left, top = min(int(box[0] * width), width - 1), min(int(box[1] * height), height - 1)
    right = max(left + 1, math.floor((box[0] + box[2]) * width + 1e-6))
    bottom = max(top + 1, math.floor((box[1] + box[3]) * height + 1e-6))
    return left, top, right, bottom


def _stamped(picture: Picture, text: str) -> Picture:
    """The picture with white letters on black in its top left corner."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.fromarray(np.ascontiguousarray(picture))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(max(_STAMP_PIXELS, round(image.height * _STAMP_SHARE)))
    draw.rectangle(draw.textbbox((2, 2), text, font=font), fill="black")
    draw.text((2, 2), text, font=font, fill="white")
    return np.asarray(image)
