import pytest

from touchline.replies import Detection, Outcome, Reading, TimeSource
from touchline.runs.merging.tune import _values_for
from touchline.video import Window

WINDOW = Window("g", 1, 0, 1, 0, 3000, ())


@pytest.mark.parametrize("likely", [None, -0.5])
def test_probabilities_are_searched_only_where_an_engine_gave_them(likely):
    claim = Detection("Goal", "Goal", 1500, TimeSource.CENTRE, None, 0.5, likely)
    values = _values_for({"g": ([Reading(WINDOW, Outcome.EVENTS, (claim,))], [])})
    assert ("confidence_from" in values) == (likely is not None)
    assert "named_sigma_ms" not in values
