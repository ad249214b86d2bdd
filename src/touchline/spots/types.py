"""The spot: a claimed event."""

from typing import NamedTuple


class Spot(NamedTuple):
    """One event that a model claims, after merging.

    A tuple because tens of thousands of them are read and scored at once: a frozen dataclass takes
    twice as long to make, and ten times as long to turn into columns.

    Attributes:
        half: number of the half, from 1.
        position_ms: milliseconds from the start of the half.
        label: one of the class names of the task.
        team: one of the task's teams, or None where it is not known.
        confidence: from 0 to 1; only its order among the other spots matters to the score.
    """

    half: int
    position_ms: int
    label: str
    team: str | None
    confidence: float
