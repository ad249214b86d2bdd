"""A budget of windows and what proposes where it goes: the section `sampling.adaptive`."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from touchline.validation import Settings

PriorSpot = tuple[str, int, int, float]
"""A spot of an earlier run: game, half, time in ms from its start, confidence."""


class Proposer(StrEnum):
    """What proposes the moments to ask about."""

    MOTION = "motion"
    SHOTS = "shots"
    SOUND = "sound"
    RUN = "run"
    UNIFORM = "uniform"


class AdaptiveSettings(Settings):
    """A budget of windows, spent where something happens.

    Attributes:
        by: what proposes where: motion, shots, sound, an earlier run, or uniform to compare with.
        share: share of a half's windows that are asked about.
        windows: the number of windows per half, instead of `share`.
        run: for `by: run`, the folder of the earlier run.
        model: which model of that run, where it has several.
    """

    by: Proposer
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    windows: Annotated[int, Field(ge=1)] | None = None
    run: str | None = None
    model: str | None = None

    @model_validator(mode="after")
    def _one_budget(self) -> Self:
        if (self.share is None) == (self.windows is None):
            raise ValueError("a budget is either 'share' or 'windows'")
        if (self.run is not None) != self._needs_run():
            raise ValueError("'run', the folder of an earlier run, belongs to 'by: run'")
        return self

    def _needs_run(self) -> bool:
        return self.by is Proposer.RUN

    def budget(self, total: int) -> int:
        """How many of `total` windows are asked about: at least one.

        >>> AdaptiveSettings(by="sound", share=0.25).budget(90)
        22
        >>> AdaptiveSettings(by="sound", windows=9).budget(5)
        5
        """
        budget = self.windows if self.windows is not None else round((self.share or 1.0) * total)
        return min(total, max(1, budget))


class PlannedAdaptive(AdaptiveSettings):
    """A budget as a plan holds it: with what the earlier run of `by: run` found, not its folder.

    Attributes:
        moments: what the earlier run found; empty where it found nothing.
    """

    moments: tuple[PriorSpot, ...] = ()

    def _needs_run(self) -> bool:
        return False

    @model_validator(mode="after")
    def _moments_of_a_run(self) -> Self:
        if self.moments and self.by is not Proposer.RUN:
            raise ValueError("'moments', the spots of an earlier run, belong to 'by: run'")
        return self
