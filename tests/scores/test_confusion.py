"""Confusion of classes in time, on cases worked out by hand."""

import numpy as np
from hypothesis import given, strategies as st

from touchline.games import SOCCERNET_V2, Label
from touchline.scores import align_events
from touchline.scores.confusion import class_confusion
from touchline.spots.types import Spot

FOUL, GOAL, CORNER = (SOCCERNET_V2.class_index(name) for name in ("Foul", "Goal", "Corner"))
NOTHING = len(SOCCERNET_V2.classes)


def table(labels: list[Label], spots: list[Spot], tolerance_s: float = 5.0) -> np.ndarray:
    return np.array(class_confusion(align_events({"game": (labels, spots)}), tolerance_s).counts)


def test_right_confused_missed_and_out_of_nothing() -> None:
    labels = [Label(1, 10_000, "Foul"), Label(1, 60_000, "Goal"), Label(2, 5_000, "Corner")]
    spots = [
        Spot(1, 11_000, "Foul", None, 0.9),
        Spot(1, 62_500, "Foul", None, 0.9),  # confused: 2.5 s from the goal
        Spot(1, 200_000, "Goal", None, 0.9),  # where nothing is
        Spot(1, 5_000, "Corner", None, 0.9),  # the other half
    ]
    counts = table(labels, spots)
    assert counts[FOUL, FOUL] == 1
    assert counts[GOAL, FOUL] == 1
    assert counts[NOTHING, GOAL] == 1
    assert counts[NOTHING, CORNER] == 1
    assert counts[CORNER, NOTHING] == 1
    assert counts.sum() == 5


def test_a_right_claim_is_not_confused_with_a_nearer_event_of_another_class() -> None:
    labels = [Label(1, 10_000, "Foul"), Label(1, 11_000, "Goal")]
    counts = table(labels, [Spot(1, 11_000, "Foul", None, 0.9)])
    assert (counts[FOUL, FOUL], counts[GOAL, NOTHING], counts.sum()) == (1, 1, 2)


def test_half_the_tolerance_to_either_side() -> None:
    labels = [Label(1, 10_000, "Goal")]
    assert table(labels, [Spot(1, 12_500, "Foul", None, 1.0)])[GOAL, FOUL] == 1
    assert table(labels, [Spot(1, 12_501, "Foul", None, 1.0)])[GOAL, FOUL] == 0


EVENTS = st.lists(
    st.tuples(
        st.sampled_from([1, 2]), st.integers(0, 30_000), st.sampled_from(SOCCERNET_V2.classes)
    ),
    max_size=25,
)


@given(EVENTS, EVENTS)
def test_every_truth_and_every_claim_is_counted_once(
    truths: list[tuple[int, int, str]], claims: list[tuple[int, int, str]]
) -> None:
    labels = [Label(*truth) for truth in truths]
    counts = table(labels, [Spot(*claim, None, 0.5) for claim in claims])
    for place, name in enumerate(SOCCERNET_V2.classes):
        assert counts[place].sum() == sum(label.label == name for label in labels)
        assert counts[:, place].sum() == sum(claim[2] == name for claim in claims)
    assert counts[NOTHING, NOTHING] == 0
