"""A probe against servers with one fault each, which a stand-in that reads pixels answers for."""

import random

import pytest

from tests.support.seeing_server import FORMULA, seeing_server
from touchline.models import find_card
from touchline.runs import probe
from touchline.runs.probing.verdict import Says

NAMED = {
    "drops images beyond 10": "keeps 10 of 40 frames",
    "keeps 32": "keeps 32 of 40 frames",
    "assumes 1 fps": "assumes one frame a second",
    "reorders": "changes the order of frames",
    "duplicates": "shows frames twice",
    "halves the size": "makes frames smaller",
    "ignores images": "ignores images",
    "answers from a cache": "answers from a cache, about other frames",
}
SHOWN_BY_ANSWERS = {
    "drops images beyond 10": "drops frames beyond the first 10 of 40",
    "keeps 32": "keeps 32 of 40 frames",
    "assumes 1 fps": "assumes one frame a second",
    "reorders": "changes the order of frames",
    "duplicates": "shows frames twice",
    "answers from a cache": "answers from a cache, about other frames",
}


def probed(endpoint, frames=40, **changes):
    card = {
        "name": "m",
        "engine": "openai",
        "model": "m",
        "base_url": endpoint.base_url,
        "image_tokens": FORMULA,
        "sampling": {"height": 160},
        **changes,
    }
    return probe(find_card(card), frames, random=random.Random(7))


def test_nothing_is_said_against_an_honest_server():
    with seeing_server() as endpoint:
        found = probed(endpoint)
    assert found.faults == ()
    assert {name: point.says for name, point in found.points.items()} == dict.fromkeys(
        ("frames", "order", "times", "fresh", "tokens"), Says.YES
    )
    assert found.answered == found.asked == len(endpoint.bodies)
    assert "no fault (sees all yes, order yes, times yes, tokens yes)" in found.sentence


@pytest.mark.parametrize("fault", NAMED)
def test_each_fault_is_named(fault):
    with seeing_server(fault) as endpoint:
        found = probed(endpoint)
    assert found.faults == (NAMED[fault],)
    assert NAMED[fault] in found.sentence


@pytest.mark.parametrize("fault", SHOWN_BY_ANSWERS)
def test_faults_that_answers_show_are_named_without_counts_of_tokens(fault):
    with seeing_server(fault, counts=False) as endpoint:
        found = probed(endpoint)
    assert found.faults == (SHOWN_BY_ANSWERS[fault],)
    assert found.points["tokens"].says is Says.UNKNOWN
