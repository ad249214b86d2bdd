"""A budget of windows, and what proposes where it goes; `adaptive` spends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PriorSpot = tuple[str, int, int, float]
"""What an earlier run claims: game, half, time in ms from its start, confidence."""


class Proposer(StrEnum):
    """What proposes the moments to look at."""

    MOTION = "motion"
    SHOTS = "shots"
    SOUND = "sound"
    RUN = "run"
    UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class Adaptive:
    """How a budget of windows is spent.

    Attributes:
        by: what proposes the moments; "uniform" spreads the windows evenly, for comparison.
        share: share of a half's windows that are asked about; None where `windows` is given.
        windows: so many windows a half.
        moments: for "run", what an earlier run claims: game, half, time in ms and confidence.
    """

    by: Proposer
    share: float | None = None
    windows: int | None = None
    moments: tuple[PriorSpot, ...] = ()

    def budget(self, total: int) -> int:
        """How many of so many windows are asked about: at least one.

        >>> Adaptive(Proposer.SOUND, share=0.25).budget(90)
        22
        >>> Adaptive(Proposer.SOUND, windows=9).budget(5)
        5
        """
        wanted = self.windows if self.windows is not None else round((self.share or 1.0) * total)
        return min(total, max(1, wanted))

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> "Adaptive":
        """The value that plain facts stand for, also after a way as JSON."""
        known = dict(facts)
        known["by"] = Proposer(known["by"])
        known["moments"] = tuple(tuple(moment) for moment in known.get("moments", ()))
        return cls(**known)
