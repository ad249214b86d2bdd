import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from tests.support.anthropic_api import FakeAnthropic, refused, said
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import (
    Failure,
    FailureReason,
    Reply,
    Request,
    find_card,
    load_engine,
)
from touchline.prompts import build_messages, load_template
from touchline.video import Window

pytest.importorskip("anthropic", reason="anthropic is not installed: pip install '.[anthropic]'")

KEY = "sk-ant-not-a-real-key"


def jpeg(level):
    buffer = io.BytesIO()
    Image.fromarray(np.full((48, 64, 3), level, np.uint8)).save(buffer, format="JPEG")
    return buffer.getvalue()


FRAMES = [jpeg(level) for level in (30, 120, 210)]


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another-secret-of-the-user")


def ask(fake, count=1, **words):
    card = {"name": "c", "engine": "anthropic", "model": "claude-opus-5-5", "base_url": fake.url}
    card = find_card({**card, **words})
    engine = load_engine(card)

    def request(number):
        window = Window("g", 1, number, 9, 1000, 4000, (1000, 1200, 2000))
        asked = build_messages(window, load_template("base.v1", SOCCERNET_V2), system="Be brief.")
        return Request(f"k{number}", window, asked, lambda: FRAMES, card.generation)

    try:
        return list(engine.replies(request(number) for number in range(count)))
    finally:
        engine.close()


def test_a_request_carries_the_frames_as_they_are_then_the_prompt():
    with FakeAnthropic() as fake:
        (reply,) = ask(fake, generation={"thinking_allowance": 4000, "reasoning_effort": "low"})
    assert (reply.text, reply.finish_reason) == ("None.", "end_turn")
    assert (reply.prompt_tokens, reply.completion_tokens) == (700, 5)
    assert reply.served.model == "claude-haiku-4-5-20251001"
    (body,) = fake.asked
    *images, text = body.pop("messages")[0]["content"]
    assert [base64.b64decode(one["source"]["data"]) for one in images] == FRAMES
    assert {one["source"]["media_type"] for one in images} == {"image/jpeg"}
    assert text["text"].startswith("Analyze these 3 soccer game frames")
    assert body == {
        "model": "claude-opus-5-5",
        "max_tokens": 4256,
        "output_config": {"effort": "low"},
        "system": "Be brief.",
    }


def test_only_the_key_of_the_card_is_sent(monkeypatch):
    with FakeAnthropic() as fake:
        ask(fake)
    (headers,) = fake.headers
    assert KEY in json.dumps(headers)
    assert "another-secret-of-the-user" not in json.dumps(headers)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    with FakeAnthropic() as fake, pytest.raises(UserError, match="set ANTHROPIC_API_KEY"):
        ask(fake)


def test_thoughts_stand_beside_the_answer_and_cached_tokens_are_counted():
    thought = {"type": "thinking", "thinking": "A goal?", "signature": "x"}
    usage = {"cache_read_input_tokens": 200, "output_tokens_details": {"thinking_tokens": 3}}
    with FakeAnthropic((200, said("None.", "end_turn", thought, **usage))) as fake:
        (reply,) = ask(fake)
    assert (reply.text, reply.other_fields) == ("None.", (("thinking", "A goal?"),))
    assert (reply.prompt_tokens, reply.cached_tokens, reply.reasoning_tokens) == (900, 200, 3)


def test_an_answer_by_a_tool_is_its_input():
    events = {"events": []}
    call = {"type": "tool_use", "id": "t", "name": "events", "input": events}
    with FakeAnthropic((200, said("", "tool_use", call))) as fake:
        (reply,) = ask(fake, structured="tool", dialect="anthropic-budget")
    (body,) = fake.asked
    assert body["tool_choice"]["name"] == body["tools"][0]["name"] == "events"
    assert "label" in json.dumps(body["tools"][0]["input_schema"])
    assert json.loads(reply.text) == events


def test_an_answer_in_a_schema_keeps_the_effort():
    with FakeAnthropic() as fake:
        ask(fake, structured="json_schema", generation={"reasoning_effort": "high"})
    config = fake.asked[0]["output_config"]
    assert (config["effort"], config["format"]["type"]) == ("high", "json_schema")


def test_an_overload_is_waited_out_and_every_window_answered():
    busy = (529, refused("overloaded_error", "Overloaded"))
    with FakeAnthropic(busy, busy) as fake:
        answers = ask(fake, count=6, in_flight=2)
    assert all(isinstance(one, Reply) for one in answers)
    assert len(fake.asked) == 8


def test_what_is_too_long_is_asked_with_fewer_frames():
    said_long = "prompt is too long: 210000 tokens > 200000 maximum"
    with FakeAnthropic((400, refused("invalid_request_error", said_long))) as fake:
        (reply,) = ask(fake)
    assert reply.lowered == ("frames 3 to 2",)


@pytest.mark.parametrize(
    ("status", "kind", "message", "sentence"),
    [
        (401, "authentication_error", f"invalid x-api-key {KEY}", "set ANTHROPIC_API_KEY"),
        (404, "not_found_error", "model: claude-opus-55", "claude-opus-55"),
        (403, "permission_error", "Your API key has no permission", "permission"),
    ],
)
def test_what_ends_the_model_is_one_sentence_without_the_key(status, kind, message, sentence):
    with (
        FakeAnthropic((status, refused(kind, message))) as fake,
        pytest.raises(UserError, match=sentence) as caught,
    ):
        ask(fake)
    assert KEY not in str(caught.value)


def test_an_error_or_nonsense_with_status_200_is_no_answer():
    wrong = [
        (200, refused("api_error", "Internal server error")),
        (200, {"content": None}),
        (200, ["?"]),
        (200, b"<html>"),
    ]
    for one in wrong:
        with FakeAnthropic() as fake:
            fake.rest = one
            (failure,) = ask(fake, retries=0)
        assert isinstance(failure, Failure)
        assert failure.reason is FailureReason.ENGINE


def test_a_refusal_is_an_answer():
    with FakeAnthropic((200, said("", "refusal"))) as fake:
        (reply,) = ask(fake)
    assert (reply.text, reply.finish_reason) == ("", "refusal")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"generation": {"temperature": 0}}, "dialects that have it: anthropic-budget"),
        ({"structured": "tool"}, "write 'structured: json_schema'"),
        ({"generation": {"reasoning_effort": "none"}}, "write low, medium, high"),
        ({"generation": {"max_new_tokens": None}, "context_tokens": 9}, "set max_new_tokens"),
        (
            {"dialect": "anthropic-budget", "generation": {"thinking_budget": 9}},
            "at least 1,024",
        ),
        ({"frames_as": "video/mp4"}, "frames_as"),
        ({"logprobs": True}, "logprobs"),
        ({"dialect": "anthropic-budget", "thinking": "disabled"}, "remove 'thinking'"),
    ],
)
def test_what_the_api_refuses_is_refused_before_anything_is_asked(words, sentence):
    card = {"name": "c", "engine": "anthropic", "model": "m"}
    words = dict(words)
    if "thinking_budget" in words.get("generation", {}):
        words["generation"] = {"temperature": None, **words["generation"]}
    with pytest.raises(UserError, match=sentence):
        find_card({**card, **words})
