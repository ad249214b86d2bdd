"""The nouns of a clip: the recipe that frames are taken by, and the window that is asked about."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

from touchline.video.adaptive_settings import Adaptive

Box = tuple[float, float, float, float]
"""A part of the picture: left, top, width and height as shares of its width and height."""


class Decoding(StrEnum):
    """How much of a video is decoded.

    `EXACT` gives the pictures of a full decode. `FAST` leaves out the deblocking filter of
    pictures that no other picture is predicted from. `KEYFRAMES` takes key frames only, so a
    window holds only as many frames as it has key frames.
    """

    EXACT = "exact"
    FAST = "fast"
    KEYFRAMES = "keyframes"


@dataclass(frozen=True, slots=True)
class FrameSpec:
    """How frames and windows are taken from a half.

    Attributes:
        fps: frames a second; does not count where `frames` is given.
        window_ms: length of a window.
        stride_ms: distance between the starts of two windows.
        height: frames are scaled to this height in pixels, aspect kept; None leaves them as
            they are. Frames are never enlarged.
        frames: so many frames a window, evenly spread; None samples at `fps`.
        max_pixels: frames are scaled down to at most so many pixels; None sets no limit.
        crop: the part of the picture that is kept; None keeps all of it.
        mask: parts of the picture that are painted black, as shares of the whole picture.
        stamp: whether each frame shows its time in the half in its top left corner.
        decoding: how much of the video is decoded.
        adaptive: a budget of windows, spent where something happens; None asks about all.
        flow: "beside" draws the optical flow of each frame to its right, "instead" in its place;
            None leaves it out.
    """

    fps: float = 5.0
    window_ms: int = 3000
    stride_ms: int = 2000
    height: int | None = None
    frames: int | None = None
    max_pixels: int | None = None
    crop: Box | None = None
    mask: tuple[Box, ...] = ()
    stamp: bool = False
    decoding: Decoding = Decoding.EXACT
    adaptive: Adaptive | None = None
    flow: Literal["beside", "instead"] | None = None

    @property
    def frames_a_window(self) -> int:
        """The most frames that a window can have.

        >>> FrameSpec(fps=2.5, window_ms=3000).frames_a_window, FrameSpec(frames=8).frames_a_window
        (8, 8)
        """
        return self.frames or math.ceil(self.window_ms * self.fps / 1000)

    def facts(self) -> dict[str, Any]:
        """The recipe as plain values, for a request's key and a run's plan."""
        return asdict(self)

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> "FrameSpec":
        """The recipe that a plan tells of; the reverse of `facts`, also after a way as JSON."""
        known = dict(facts)
        if known.get("crop"):
            known["crop"] = tuple(known["crop"])
        known["mask"] = tuple(tuple(box) for box in known.get("mask", ()))
        known["decoding"] = Decoding(known.get("decoding", Decoding.EXACT))
        if known.get("adaptive"):
            known["adaptive"] = Adaptive.of_facts(known["adaptive"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a half that a model is asked about, with the true time of each frame.

    Attributes:
        game: id of the game.
        half: 1 or 2.
        index: place among the half's windows, from 0.
        total: how many windows the half has.
        start_ms: first millisecond, from the start of the half.
        end_ms: the millisecond after the last.
        frame_times_ms: presentation time of each frame, in order, from the start of the half.
        first_frame: number of the first frame among the half's sampled frames, from 1.
    """

    game: str
    half: int
    index: int
    total: int
    start_ms: int
    end_ms: int
    frame_times_ms: tuple[int, ...]
    first_frame: int = 1

    @property
    def centre_ms(self) -> int:
        """The middle of the window: where an event is put that no one has timed."""
        return (self.start_ms + self.end_ms) // 2
