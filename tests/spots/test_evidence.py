import numpy as np
import pytest

from touchline.replies import Detection, Outcome, Reading, TimeSource
from touchline.spots import MergeSettings
from touchline.spots.claim_columns import claims_by_half
from touchline.spots.evidence import EVIDENCE, evidence
from touchline.video import Window


def found(logprobs: dict[int, float | None]) -> np.ndarray:
    """The evidence at the claims of a half of 60 windows."""
    readings = []
    for index in range(60):
        at = Window("g", 1, index, 60, index * 2000, index * 2000 + 3000, ())
        claims = (
            (
                Detection(
                    "Goal", "Goal", at.centre_ms, TimeSource.CENTRE, None, 0.5, logprobs[index]
                ),
            )
            if index in logprobs
            else ()
        )
        readings.append(Reading(at, Outcome.EVENTS if claims else Outcome.NOTHING, claims))
    (half,) = claims_by_half(readings)
    claims_of_goal = half.classes["Goal"]
    return evidence(half, claims_of_goal, claims_of_goal.time_ms, MergeSettings())


def test_the_probability_of_labels_is_a_kind_of_evidence_of_its_own() -> None:
    rows = found({10: float(np.log(0.9)), 50: float(np.log(0.2))})
    assert rows.shape == (2, len(EVIDENCE))
    assert rows[:, EVIDENCE.index("label's probability")] == pytest.approx([0.9, 0.2])
    assert rows[:, EVIDENCE.index("self-report")] == pytest.approx([0.5, 0.5])


def test_it_is_nothing_where_no_engine_gave_it() -> None:
    assert found({10: None, 50: None})[:, EVIDENCE.index("label's probability")].tolist() == [0, 0]
