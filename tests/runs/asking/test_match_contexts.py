import json
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.runs import build_plan, parse_bench, run

KITS = '{"home": {"team": "Leeds", "kit": "white"}, "away": {"team": null, "kit": "red"}}'


def bench(root, url, context):
    model = f"{{name: seer, engine: openai, model: m, base_url: '{url}'}}"
    return (
        f"data: {{root: {root}}}\nmodels:\n  - {model}\nsampling: {{fps: 1, window: 2}}\n"
        f"context:\n  {context.replace('{seer}', model)}\n"
    )


def texts(endpoint):
    return [body["messages"][0]["content"][-1]["text"] for body in endpoint.bodies]


def play(root, folder, url, context):
    text = bench(root, url, context)
    return run(build_plan(parse_bench(text, "b", Path()), "test"), folder, lambda *_: None)


@pytest.fixture
def root(tmp_path):
    return soccernet_folder(tmp_path / "data")


def answer(body):
    asked = body["messages"][0]["content"][-1]["text"]
    return 200, completion(KITS if "exactly one JSON object" in asked else "None."), {}


def test_a_given_context_stands_in_every_prompt(root, tmp_path):
    given = "given: {'league/2025-2026/a - b': {home: {team: Leeds, kit: blue}}}"
    with Endpoint(answer) as endpoint:
        play(root, tmp_path / "run", endpoint.base_url, given)
    assert endpoint.bodies
    assert all("The home team is Leeds in blue." in text for text in texts(endpoint))


def test_context_is_asked_once_of_the_first_seconds_and_kept(root, tmp_path):
    with Endpoint(answer) as endpoint:
        play(root, tmp_path / "run", endpoint.base_url, "ask: {seer}")
        asked = texts(endpoint)
        assert sum("exactly one JSON object" in text for text in asked) == 1
        events = [text for text in asked if "exactly one JSON object" not in text]
        assert all("home team is Leeds in white. The away team wears red." in t for t in events)
        play(root, tmp_path / "run", endpoint.base_url, "ask: {seer}")
        assert len(endpoint.bodies) == len(asked)
    kept = json.loads((tmp_path / "run/context.json").read_text())
    assert kept["league/2025-2026/a - b"]["away"] == {"team": None, "kit": "red"}


def test_a_context_that_cannot_be_read_is_a_sentence_before_any_event_is_asked(root, tmp_path):
    with Endpoint(lambda _: (200, completion("I see players."), {})) as endpoint:
        with pytest.raises(UserError, match=r"gave no readable match context.*I see players"):
            play(root, tmp_path / "run", endpoint.base_url, "ask: {seer}")
        assert len(endpoint.bodies) == 1


def test_a_baseline_cannot_read_a_match(root, tmp_path):
    with Endpoint(answer) as endpoint, pytest.raises(UserError, match="cannot look at a match"):
        play(root, tmp_path / "run", endpoint.base_url, "ask: baseline/prior")
