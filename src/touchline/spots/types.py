"""The spot: a claimed event."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """One event that a model claims, after merging.

    Attributes:
        half: 1 or 2.
        position_ms: milliseconds from the start of the half.
        label: one of the 17 official class names.
        team: "home", "away", or None where it is not known.
        confidence: from 0 to 1; only its order among the other spots matters to the score.
    """

    half: int
    position_ms: int
    label: str
    team: str | None
    confidence: float
