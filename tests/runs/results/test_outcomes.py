"""Coverage of windows that are asked several times."""

from touchline.replies import Outcome, Reading
from touchline.runs.results.uncovered import uncovered_stretches
from touchline.video import Window


def readings(*outcomes, samples):
    return [
        Reading(Window("g", 1, n // samples, 9, n // samples * 10, n // samples * 10 + 10, ()), one)
        for n, one in enumerate(outcomes)
    ]


def test_a_window_is_covered_if_any_of_its_samples_is_readable():
    nothing, failed = Outcome.NOTHING, Outcome.FAILED
    asked_twice = readings(
        nothing, failed, failed, failed, failed, failed, failed, nothing, samples=2
    )
    assert uncovered_stretches(asked_twice, 2) == ((10, 30),)
    assert uncovered_stretches(readings(nothing, failed, nothing, samples=1), 1) == ((10, 20),)
