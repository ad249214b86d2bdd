"""Settings of a model as a person writes them: in a card or in a benchmark."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from touchline.models.types import Generation
from touchline.video import Adaptive, Box, Decoding, FrameSpec, Proposer


class GenerationSettings(BaseModel):
    """Settings of `Generation` as a person writes them.

    `samples` asks each window so many times, with seeds that count up from `seed`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_new_tokens: Annotated[int, Field(ge=1)] = 256
    temperature: Annotated[float, Field(ge=0)] = 0.0
    seed: int = 0
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0
    samples: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _greedy_once(self) -> Self:
        if self.samples > 1 and self.temperature == 0:
            raise ValueError(
                "several samples need a temperature above 0: greedy answers are all alike"
            )
        return self

    def plain(self, sample: int = 0) -> Generation:
        """The settings as the plain value that travels with a request.

        Args:
            sample: which of a window's samples, from 0.
        """
        values = self.model_dump(exclude={"samples"})
        return Generation(**values | {"seed": self.seed + sample})


class Price(BaseModel):
    """What an endpoint takes, in US dollars a million tokens, on a date: prices move."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    date: date

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars for so many tokens.

        >>> Price(input=0.3, output=2.5, date="2026-11-01").of(1_000_000, 100_000)
        0.55
        """
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1_000_000


CORNERS: dict[str, Box] = {
    "top-left": (0.0, 0.0, 0.35, 0.15),
    "top-right": (0.65, 0.0, 0.35, 0.15),
    "bottom-left": (0.0, 0.85, 0.35, 0.15),
    "bottom-right": (0.65, 0.85, 0.35, 0.15),
}
"""Parts of a picture that have a name; a broadcast's score and clock fill about so much of one."""

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
        raise ValueError(f"'{unknown[0]}' is none of the corners {', '.join(CORNERS)}")
    return tuple(CORNERS[part] if isinstance(part, str) else part for part in parts)


_Parts = Annotated[tuple[_Part, ...], BeforeValidator(_parts)]


class AdaptiveSettings(BaseModel):
    """A budget of windows, spent where something happens.

    Attributes:
        by: what proposes where: motion, shots, sound, an earlier run, or uniform to compare with.
        share: share of a half's windows that are asked about.
        windows: so many windows a half, in place of `share`.
        run: for `by: run`, the folder of the earlier run.
        model: which model of that run, where it has several.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Proposer
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    windows: Annotated[int, Field(ge=1)] | None = None
    run: str | None = None
    model: str | None = None

    @model_validator(mode="after")
    def _one_budget(self) -> Self:
        if (self.share is None) == (self.windows is None):
            raise ValueError("a budget is either 'share' or 'windows'")
        if (self.run is not None) != (self.by is Proposer.RUN):
            raise ValueError("'run', the folder of an earlier run, belongs to 'by: run'")
        return self

    def plain(self) -> Adaptive:
        """The budget in the words of the code; what an earlier run claims is not read yet."""
        return Adaptive(self.by, self.share, self.windows)


class SamplingSettings(BaseModel):
    """How frames and windows are taken; seconds, as people say them.

    Attributes:
        fps: frames a second.
        frames: so many frames a window, evenly spread, in place of `fps`.
        window: length of a window in seconds.
        stride: distance between the starts of two windows in seconds.
        height: of the frames in pixels; they are never enlarged.
        max_pixels: the most pixels of a frame.
        crop: the part of the picture that is kept: left, top, width, height as shares of it.
        mask: parts that are painted black: names of corners, or shares as for `crop`.
        stamp: whether each frame shows its time in the half in its top left corner.
        decoding: exact, fast or keyframes (see `touchline.video.Decoding`).
        adaptive: a budget of windows, spent where something happens; null asks about all.
        flow: draw the optical flow of each frame, beside it or instead of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fps: Annotated[float, Field(gt=0, le=240)] = 5.0
    frames: Annotated[int, Field(ge=1, le=4096)] | None = None
    window: Annotated[float, Field(ge=0.001)] = 3.0
    stride: Annotated[float, Field(ge=0.001)] = 2.0
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

    def over(self, other: "SamplingSettings") -> "SamplingSettings":
        """These settings where they were given, the other's elsewhere."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if "fps" in given:
            given["frames"] = None
        return other.model_copy(update=given)

    def recipe(self) -> FrameSpec:
        """The same in the units of the code."""
        return FrameSpec(
            fps=self.fps,
            window_ms=round(self.window * 1000),
            stride_ms=round(self.stride * 1000),
            height=self.height,
            frames=self.frames,
            max_pixels=self.max_pixels,
            crop=self.crop,
            mask=self.mask,
            stamp=self.stamp,
            decoding=self.decoding,
            adaptive=self.adaptive.plain() if self.adaptive else None,
            flow=self.flow,
        )
