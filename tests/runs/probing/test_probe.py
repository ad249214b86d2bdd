"""A probe against servers with one fault each, which a stand-in that reads pixels answers for."""

import io
import random

import av
import pytest

from tests.support.gemini import FakeGemini
from tests.support.loops import run
from tests.support.seeing_server import FORMULA, seeing_server
from touchline.models import find_card
from touchline.models.engines.openai.vllm_version import check_endpoint
from touchline.runs import probe
from touchline.runs.probing.verdict import Says

FAST = "assumes one frame a second"
NAMED = {
    "drops images beyond 10": "keeps 10 of 40 frames",
    "keeps 32": "keeps 32 of 40 frames",
    "assumes 1 fps": FAST,
    "reorders": "changes the order of frames",
    "duplicates": "shows frames twice",
    "halves the size": "makes frames smaller",
    "ignores images": "ignores images",
    "answers from a cache": "answers from a cache, about other frames",
}
SHOWN_BY_ANSWERS = {
    "drops images beyond 10": "drops frames beyond the first 10 of 40",
    "keeps 32": "keeps 32 of 40 frames",
    "assumes 1 fps": FAST,
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


@pytest.mark.parametrize(("fault", "named"), [("none", ()), ("assumes 1 fps", (FAST,))])
def test_a_video_has_the_times_that_the_request_tells(fault, named):
    """No prompt of the probe lists the times of a video's frames."""
    with seeing_server(fault) as endpoint:
        endpoint.pages["/version"] = {"version": "0.32.0"}
        found = probed(endpoint, 15, frames_as="video/jpeg", dialect="vllm", video_tokens=FORMULA)
    assert found.faults == named
    assert (found.points["times"].says is Says.YES) == (not named)
    assert not [body for body in endpoint.bodies if "times in seconds" in str(body)]


def test_a_server_is_asked_for_its_version_where_a_loop_runs_already():
    """As in a notebook."""
    with seeing_server("none") as endpoint:
        endpoint.pages["/version"] = {"version": "0.32.0"}
        card = {"name": "m", "engine": "openai", "model": "m", "base_url": endpoint.base_url}

        async def in_a_loop():
            check_endpoint(find_card(card))

        run(in_a_loop())


def test_gemini_is_given_each_clip_as_a_file(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-this-test")
    with FakeGemini(polls=0) as gemini:
        card = {"use": "gemini-2.5-flash", "base_url": gemini.url, "sampling": {"height": 64}}
        found = probe(find_card(card), 5, random=random.Random(7))
    assert found.faults == ()
    assert found.answered == found.asked
    assert len(gemini.uploaded) == len(gemini.deleted) == 3
    with av.open(io.BytesIO(gemini.uploaded[0])) as container:
        assert [float(one.time) for one in container.decode(video=0)] == [0, 0.4, 0.8, 1.2, 1.6]


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
