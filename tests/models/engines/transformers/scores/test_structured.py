"""Random weights that can say nothing but what the prompt's schema allows."""

import json
import sys

import pytest

from tests.support.asking import engine, request
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2


def test_any_answer_keeps_to_the_schema(tiny_checkpoint):
    pytest.importorskip("llguidance")
    bound = engine(tiny_checkpoint, structured=True, batch_size=4)
    asked = [request(n, max_new_tokens=400, temperature=2.0, seed=n) for n in range(6)]
    whole = [reply for reply in bound.replies(asked) if reply.finish_reason == "stop"]
    assert whole
    for reply in whole:
        for event in json.loads(reply.text)["events"]:
            assert event["label"] in SOCCERNET_V2.classes
            assert set(event) == {"label", "team", "time", "confidence", "details"}


def test_greedy_random_weights_stay_within_the_schema_from_the_first_token(tiny_checkpoint):
    pytest.importorskip("llguidance")
    (reply,) = engine(tiny_checkpoint, structured=True).replies([request(0, max_new_tokens=6)])
    assert '{"events":['.startswith(reply.text[:11])
    assert all(likely <= 0 for _, likely in reply.tokens)


def test_without_the_library_it_is_one_sentence(tiny_checkpoint, monkeypatch):
    monkeypatch.setitem(sys.modules, "llguidance.hf", None)
    with pytest.raises(UserError, match="pip install llguidance"):
        engine(tiny_checkpoint, structured=True)
