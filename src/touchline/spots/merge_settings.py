"""How detections of overlapping windows become spots: the section `merging` of a benchmark.

`docs/studies/merging.md` shows what the defaults were chosen on, and what the same choice gives on
games that it does not see.
"""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from touchline.text import nearest_word
from touchline.validation import Settings, to_ms

DEFAULTS_CHOSEN_ON = (
    "sigma and storm: the best of 24 pairs by the mean of loose and tight average-mAP on the "
    "replies of Qwen2.5-VL-7B to eight games of England's Premier League (2014 to 2016); on these "
    "games the defaults are no held-out result, sigma is 3 s whichever game is left out, and storm "
    "is not settled: 0.5 gains 0.13 points over none, with a standard error of 0.22"
)
"""What the defaults of merging were chosen on, as reports say it."""


class MergeSettings(Settings):
    """How the claims of overlapping windows become one timeline. Times are in seconds.

    A claim whose reply named a time or a frame is placed there; any other is placed at its
    window's centre. The two differ in precision, so each has its own width and distance.

    Attributes:
        method: the name of a merge method; see `touchline.spots.MERGE_METHODS`.
        window: spots of one class are at least this far apart.
        sigma: width of the Gaussian with which a claim at a window's centre votes.
        named_window: as `window`, where the replies named times.
        named_sigma: as `sigma`, where the replies named times; small models name them only
            roughly.
        offset: added to every time that is a window's centre; models tend to report what has
            just happened.
        use_confidence: weight a claim by its confidence; else every claim counts 1.
        confidence_from: which confidence: "said" is the one stated in the reply, "logprob" the
            probability of the label's tokens, from engines that return it.
        storm: how strongly bursts of one class, claimed window after window, are damped, from 0
            (not at all); see `touchline.spots.burst_damping`.
        min_confidence: spots below it are left out.
        decoder: for the method "decoder", a file that `touchline tune` wrote; it has its own
            widths and distances.
    """

    method: str = "votes"
    window: Annotated[float, Field(gt=0, le=3600)] = 9.0
    sigma: Annotated[float, Field(gt=0, le=3600)] = 3.0
    named_window: Annotated[float, Field(gt=0, le=3600)] = 5.0
    named_sigma: Annotated[float, Field(gt=0, le=3600)] = 2.0
    offset: float = 0.0
    use_confidence: bool = True
    confidence_from: Literal["said", "logprob"] = "said"
    storm: Annotated[float, Field(ge=0)] = 0.5
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    decoder: str | None = None

    @field_validator("method")
    @classmethod
    def _known_method(cls, method: str) -> str:
        from touchline.spots.methods.registry import MERGE_METHODS

        names = MERGE_METHODS.names()
        if method not in names:
            raise ValueError(f"it must be one of {', '.join(names)}{nearest_word(method, names)}")
        return method

    @property
    def window_ms(self) -> int:
        """`window` in milliseconds."""
        return to_ms(self.window)

    @property
    def sigma_ms(self) -> int:
        """`sigma` in milliseconds."""
        return to_ms(self.sigma)

    @property
    def named_window_ms(self) -> int:
        """`named_window` in milliseconds."""
        return to_ms(self.named_window)

    @property
    def named_sigma_ms(self) -> int:
        """`named_sigma` in milliseconds."""
        return to_ms(self.named_sigma)

    @property
    def offset_ms(self) -> int:
        """`offset` in milliseconds."""
        return to_ms(self.offset)
