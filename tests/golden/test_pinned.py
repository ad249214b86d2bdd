"""Request keys, scores and estimates are what they were; see pins.py for what to do if not."""

import json

import pytest

from tests.golden.pins import HERE, PINNED, WITH_SHARED

EXPECTED = json.loads(PINNED.read_text())


@pytest.mark.slow
def test_estimates_are_what_they_were():
    assert HERE["fits"]() == EXPECTED["fits"]


def test_request_keys_are_what_they_were():
    assert HERE["keys of the built-in match"]() == EXPECTED["keys of the built-in match"]


@pytest.mark.parametrize("name", WITH_SHARED)
def test_what_is_made_from_real_data_is_what_it_was(name, shared):
    assert WITH_SHARED[name](shared) == EXPECTED[name]
