"""What a person may set about merging; the defaults come from `docs/studies/merging.md`."""

from dataclasses import dataclass

DECODER = "decoder"

CONFIDENCES = ("said", "logprob")
"""Where a claim's confidence may come from: the model's word, or its label's probability."""


@dataclass(frozen=True, slots=True)
class MergeSettings:
    """How the claims of overlapping windows become one timeline.

    A claim whose reply named a time or a frame is placed there; any other stands at its window's
    centre. The two are known to different precision, so each has its own width and distance.

    Attributes:
        method: a name in `touchline.spots.methods.METHODS`, or "decoder".
        window_ms: spots of one class are at least this far apart.
        sigma_ms: width of the Gaussian that a claim at a window's centre votes with.
        named_window_ms: as `window_ms`, where the replies named times.
        named_sigma_ms: as `sigma_ms`, where the replies named times; small models name them
            only roughly.
        offset_ms: added to every time that is a window's centre; models tend to speak of what
            has just happened.
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
    window_ms: int = 9000
    sigma_ms: int = 3000
    named_window_ms: int = 5000
    named_sigma_ms: int = 2000
    offset_ms: int = 0
    use_confidence: bool = True
    confidence_from: str = "said"
    storm: float = 0.5
    min_confidence: float = 0.0
    decoder: str | None = None
