"""What a decoder gets that must not see: the same claims, elsewhere."""

import numpy as np
import pytest

from touchline.spots import NO_LOOK, EventSignals

TIMES = np.array([1000, 1500, 500_000, 1_234_567])
HALF = EventSignals(
    1,
    2_700_000,
    {"Goal": (TIMES, np.array([0.1, 0.2, 0.3, 0.4])), "Foul": (TIMES[:2], np.array([0.5, 0.6]))},
    (TIMES[:2], np.array([1.0, -1.0])),
)


@pytest.mark.parametrize("name", NO_LOOK)
def test_the_same_claims_are_elsewhere_in_the_half(name: str) -> None:
    blind = NO_LOOK[name](HALF)
    assert blind.signals.keys() == HALF.signals.keys()
    for label, (times, strength) in blind.signals.items():
        assert strength is HALF.signals[label][1]
        assert ((times >= 0) & (times <= HALF.length_ms)).all()
        assert (times != HALF.signals[label][0]).all()
    again = NO_LOOK[name](HALF)
    assert all(
        (again.signals[label][0] == blind.signals[label][0]).all() for label in again.signals
    )


@pytest.mark.parametrize("name", NO_LOOK)
def test_what_is_claimed_together_stays_together(name: str) -> None:
    blind = NO_LOOK[name](HALF)
    goals, fouls = (blind.signals[label][0] for label in ("Goal", "Foul"))
    assert (goals[:2] == fouls).all()
    assert (goals[:2] == blind.teams[0]).all()
    assert goals[1] - goals[0] == 500
