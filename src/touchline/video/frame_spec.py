"""How frames and windows are taken from a half: the section `sampling` of cards and benchmarks."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from touchline.validation import Settings, to_ms
from touchline.video.selection.adaptive_settings import AdaptiveSettings

Box = tuple[float, float, float, float]
"""A part of the picture: left, top, width and height as shares of its width and height."""


class Decoding(StrEnum):
    """How much of a video is decoded.

    `EXACT` gives the pictures of a full decode. `FAST` omits the deblocking filter of
    pictures that no other picture is predicted from. `KEYFRAMES` takes key frames only, so a
    window holds only as many frames as it has key frames.
    """

    EXACT = "exact"
    FAST = "fast"
    KEYFRAMES = "keyframes"


CORNERS: dict[str, Box] = {
    "top-left": (0.0, 0.0, 0.35, 0.15),
    "top-right": (0.65, 0.0, 0.35, 0.15),
    "bottom-left": (0.0, 0.85, 0.35, 0.15),
    "bottom-right": (0.65, 0.85, 0.35, 0.15),
}
"""Parts of a picture that have a name, as large as a broadcast's score and clock usually are."""

_Share = Annotated[float, Field(ge=0, le=1)]


def _within(box: Box) -> Box:
    left, top, width, height = box
    if width <= 0 or height <= 0 or left + width > 1 or top + height > 1:
        raise ValueError("[left, top, width, height] must be shares that stay within the picture")
    return box


_Part = Annotated[tuple[_Share, _Share, _Share, _Share], AfterValidator(_within)]


def _parts(mask: Any) -> Any:
    """Corners by name as shares; one part may stand without a list around it."""
    is_one = isinstance(mask, str) or (
        isinstance(mask, Sequence) and mask and isinstance(mask[0], int | float)
    )
    parts = [mask] if is_one else mask
    if not isinstance(parts, Sequence):
        raise ValueError(f"name a corner ({', '.join(CORNERS)}) or [left, top, width, height]")
    unknown = [part for part in parts if isinstance(part, str) and part not in CORNERS]
    if unknown:
        raise ValueError(f"'{unknown[0]}' is not one of the corners {', '.join(CORNERS)}")
    return tuple(CORNERS[part] if isinstance(part, str) else part for part in parts)


_Parts = Annotated[tuple[_Part, ...], BeforeValidator(_parts)]


class FrameSpec(Settings):
    """How frames and windows are taken from a half.

    Attributes:
        fps: frames per second; does not count where `frames` is given.
        frames: the number of frames per window, evenly spread, instead of `fps`.
        window: length of a window in seconds.
        stride: distance between the starts of two windows in seconds.
        height: of the frames in pixels, aspect kept; None keeps their size. They are never
            enlarged.
        max_pixels: the most pixels of a frame; None sets no limit.
        crop: the part of the picture that is kept: left, top, width, height as shares of it.
        mask: parts that are painted black: names of corners, or shares as for `crop`.
        stamp: whether each frame shows its time in the half in its top left corner.
        decoding: how much of the video is decoded (see `Decoding`).
        adaptive: a budget of windows, spent where something happens; None asks about all.
        flow: "beside" draws the optical flow of each frame to its right, "instead" in its place;
            None omits it.
    """

    fps: Annotated[float, Field(gt=0, le=240)] = 5.0
    frames: Annotated[int, Field(ge=1, le=4096)] | None = None
    window: Annotated[float, Field(ge=0.001, le=86400)] = 3.0
    stride: Annotated[float, Field(ge=0.001, le=86400)] = 2.0
    height: Annotated[int, Field(ge=16)] | None = None
    max_pixels: Annotated[int, Field(ge=256)] | None = None
    crop: _Part | None = None
    mask: _Parts = ()
    stamp: bool = False
    decoding: Decoding = Decoding.EXACT
    adaptive: AdaptiveSettings | None = None
    flow: Literal["beside", "instead"] | None = None

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if self.frames is not None and "fps" in self.model_fields_set:
            raise ValueError("fps and frames exclude each other: frames are spread over a window")
        return self

    @property
    def window_ms(self) -> int:
        """Length of a window in milliseconds."""
        return to_ms(self.window)

    @property
    def stride_ms(self) -> int:
        """Distance between the starts of two windows in milliseconds."""
        return to_ms(self.stride)

    @property
    def frames_per_window(self) -> int:
        """The most frames that a window can have.

        >>> FrameSpec(fps=2.5, window=3).frames_per_window, FrameSpec(frames=8).frames_per_window
        (8, 8)
        """
        return self.frames or math.ceil(self.window_ms * self.fps / 1000)

    def over(self, other: "FrameSpec") -> "FrameSpec":
        """These settings where they were given, the other's elsewhere.

        >>> FrameSpec(height=224).over(FrameSpec(fps=2)).fps
        2.0
        """
        given = {name: getattr(self, name) for name in self.model_fields_set}
        found = {name: getattr(other, name) for name in other.model_fields_set} | given
        # Fields that were set count, and not only values: a spec that has both is refused.
        if given.get("frames") is not None:
            found.pop("fps", None)
        elif "fps" in given:
            found["frames"] = None
        return type(self).model_construct(**found)
