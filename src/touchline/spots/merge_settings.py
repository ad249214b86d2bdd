"""How detections of overlapping windows become spots: the section `merging` of a benchmark.

The defaults come from `docs/studies/merging.md`.
"""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from touchline.validation import Settings, to_ms

DECODER = "decoder"
"""The method that was fitted on games with labels."""


class MergeSettings(Settings):
    """How the claims of overlapping windows become one timeline. Times are in seconds.

    A claim whose reply named a time or a frame is placed there; any other stands at its window's
    centre. The two are known to different precision, so each has its own width and distance.

    Attributes:
        method: a name in `touchline.spots.methods.METHODS`, or "decoder".
        window: spots of one class are at least this far apart.
        sigma: width of the Gaussian that a claim at a window's centre votes with.
        named_window: as `window`, where the replies named times.
        named_sigma: as `sigma`, where the replies named times; small models name them only
            roughly.
        offset: added to every time that is a window's centre; models tend to speak of what has
            just happened.
        use_confidence: weigh a claim by the model's own confidence; else every claim counts one.
        confidence_from: which that is: "said" is what the reply says of itself, "logprob" the
            probability of the label's tokens, from engines that give it.
        storm: how strongly a class that is claimed window after window is damped, from 0 (not
            at all); see `touchline.spots.burst_damping`.
        min_confidence: spots below it are left out.
        decoder: for the method "decoder", the file that `touchline tune` wrote; it has widths
            and distances of its own.
    """

    method: str = "votes"
    window: Annotated[float, Field(gt=0)] = 9.0
    sigma: Annotated[float, Field(gt=0)] = 3.0
    named_window: Annotated[float, Field(gt=0)] = 5.0
    named_sigma: Annotated[float, Field(gt=0)] = 2.0
    offset: float = 0.0
    use_confidence: bool = True
    confidence_from: Literal["said", "logprob"] = "said"
    storm: Annotated[float, Field(ge=0)] = 0.5
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    decoder: str | None = None

    @field_validator("method")
    @classmethod
    def _known_method(cls, method: str) -> str:
        from touchline.spots.methods import method_names

        if method not in method_names():
            raise ValueError(f"it must be one of {', '.join(method_names())}")
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
