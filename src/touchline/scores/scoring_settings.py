"""How spots are scored: the section `scoring` of a benchmark."""

from typing import Annotated

from pydantic import Field

from touchline.scores.defaults import MIN_COVERAGE, TOLERANCE_S
from touchline.validation import Settings


class ScoringSettings(Settings):
    """How spots are scored, and the coverage that a model needs to be scored.

    Attributes:
        tolerance: full width in seconds of the window around a truth in which a spot is right,
            for precision, recall, F1 and whatever else needs one.
        min_coverage: share of readable answers, from 0 to 1, under which a model is not scored,
            and flagged wherever it is shown.
        score_anyway: score models under `min_coverage` too; they stay flagged.
    """

    tolerance: Annotated[float, Field(gt=0, le=3600)] = TOLERANCE_S
    min_coverage: Annotated[float, Field(ge=0, le=1)] = MIN_COVERAGE
    score_anyway: bool = False

    def enough(self, coverage: float) -> bool:
        """Whether a model of this coverage is scored."""
        return self.score_anyway or coverage >= self.min_coverage
