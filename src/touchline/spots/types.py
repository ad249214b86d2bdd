"""What is finally claimed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """What a model finally claims about a half: one event at one moment.

    Attributes:
        half: 1 or 2.
        position_ms: milliseconds from the start of the half.
        label: one of the 17 official class names.
        team: "home", "away", or None where nothing was said.
        confidence: from 0 to 1; only its order among the other spots matters to the score.
    """

    half: int
    position_ms: int
    label: str
    team: str | None
    confidence: float
