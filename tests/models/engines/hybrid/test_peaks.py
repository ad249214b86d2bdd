"""Displaced votes and their peaks."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from touchline.models.engines.hybrid.peaks import BELL_TO_REACH, find_events

SETTINGS = {"reach_s": 1.2, "sharpness_s": 0.3, "apart_s": 3.0, "least": 0.05}


def bells(seconds, events, classes=1):
    """What a network that is always right says of frames: probabilities and displacements."""
    near = np.zeros((len(seconds), classes))
    shift = np.zeros((len(seconds), classes))
    for column, at in events:
        bell = np.exp(-0.5 * ((at - seconds) / (BELL_TO_REACH * 1.2)) ** 2)
        shift[bell > near[:, column], column] = (at - seconds)[bell > near[:, column]]
        near[:, column] = np.maximum(near[:, column], bell)
    return near, shift


@given(
    st.lists(st.floats(2, 58), min_size=1, max_size=5),
    st.sampled_from([2.0, 2.5, 5.0]),
)
def test_every_event_of_a_network_that_is_right_is_found_where_it_is(events, fps):
    events = [at for n, at in enumerate(events) if all(abs(at - o) > 6 for o in events[:n])]
    seconds = np.arange(0, 60, 1 / fps)
    found = find_events(seconds, *bells(seconds, [(0, at) for at in events]), **SETTINGS)
    assert sorted(round(one.seconds, 1) for one in found) == pytest.approx(sorted(events), abs=0.15)
    assert all(one.confidence > 0.9 for one in found)


def test_displacements_put_an_event_between_frames():
    seconds = np.arange(0, 10, 0.4)
    near, shift = bells(seconds, [(0, 5.05)])
    (found,) = find_events(seconds, near, shift, **SETTINGS)
    (undisplaced,) = find_events(seconds, near, np.zeros_like(shift), **SETTINGS)
    assert abs(found.seconds - 5.05) < 0.03
    assert undisplaced.confidence < found.confidence


def test_of_two_events_of_a_class_that_are_too_close_the_surer_is_kept():
    seconds = np.arange(0, 20, 0.2)
    near, shift = bells(seconds, [(0, 8.0)])
    weaker, its_shift = bells(seconds, [(0, 10.5)])
    near = np.maximum(near, 0.6 * weaker)
    shift = np.where(0.6 * weaker >= near, its_shift, shift)
    (found,) = find_events(seconds, near, shift, **SETTINGS)
    assert abs(found.seconds - 8.0) < 0.1
    both = find_events(seconds, near, shift, **{**SETTINGS, "apart_s": 1.0})
    assert len(both) == 2


def test_classes_do_not_suppress_each_other_and_nothing_is_found_in_nothing():
    seconds = np.arange(0, 10, 0.4)
    found = find_events(seconds, *bells(seconds, [(0, 5.0), (1, 5.2)], classes=3), **SETTINGS)
    assert [one.column for one in found] == [0, 1]
    nothing = np.zeros((25, 3))
    assert find_events(seconds, nothing, nothing, **SETTINGS) == []
    assert find_events(np.zeros(0), np.zeros((0, 3)), np.zeros((0, 3)), **SETTINGS) == []


def test_one_frame_and_wild_displacements_stay_within_the_window():
    one = find_events(np.array([3.0]), np.ones((1, 1)), np.full((1, 1), 9e9), **SETTINGS)
    assert [event.seconds for event in one] == [3.0]
