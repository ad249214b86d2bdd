"""Ollama's native API, against an imitation that has its context and its answers."""

import base64
from dataclasses import replace

import pytest

from tests.models.engines.openai.test_engine import request
from tests.support.asking import jpeg
from tests.support.ollama import Ollama
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Failure, Reply, audit_prompt, find_card, load_engine
from touchline.models.engines.ollama.chat import ollama_body
from touchline.prompts import Image, Messages, Text, build_messages, load_template
from touchline.video import Window

FRAMES = [jpeg(shade, (64, 48)) for shade in range(15)]
GEMMA = {"formula": "fixed", "tokens": 256}


def card(ollama, **changes):
    fields = {"name": "g", "engine": "ollama", "model": "gemma3:4b", "base_url": ollama.base_url}
    return find_card({**fields, "num_ctx": 8192, "retries": 0, "image_tokens": GEMMA, **changes})


def asked(ollama, frames=2, **changes):
    """The answer to one request, and its card."""
    one = request(0, lambda: FRAMES[:frames])
    window = Window("g", 1, 0, 99, 0, 3000, tuple(200 * at for at in range(frames)))
    one = replace(
        one,
        window=window,
        messages=build_messages(window, load_template("base.v1", SOCCERNET_V2)),
        generation=card(ollama, **changes).generation,
    )
    engine = load_engine(card(ollama, **changes))
    try:
        (answer,) = engine.replies([one])
    finally:
        engine.close()
    return answer, one


def test_a_request_has_the_context_the_frames_and_the_settings():
    with Ollama() as ollama:
        settings = {"max_new_tokens": 55, "temperature": 0.5, "seed": 4, "top_k": 7}
        answer, one = asked(ollama, system_prompt=None, generation=settings)
    assert isinstance(answer, Reply)
    assert (answer.text, answer.finish_reason) == ("None.", "stop")
    assert (answer.prompt_tokens, answer.completion_tokens) == (
        len(one.messages.text) // 4 + 512,
        3,
    )
    assert answer.served.model == "gemma3:4b"
    (body,) = ollama.bodies
    assert ollama.paths == ["/api/chat"]
    assert ollama.keys == [None]
    assert (body["stream"], body["truncate"], body["shift"]) == (False, False, False)
    assert body["options"] == {
        "num_ctx": 8192,
        "num_predict": 55,
        "temperature": 0.5,
        "seed": 4,
        "top_k": 7,
        "top_p": 1.0,
        "min_p": 0.0,
        "repeat_penalty": 1.0,
    }
    (message,) = body["messages"]
    assert [base64.b64decode(image) for image in message["images"]] == FRAMES[:2]
    assert message["content"] == one.messages.text
    assert not body.keys() & {"format", "think", "logprobs"}


def test_schema_thoughts_and_probabilities():
    def thinking(body, asked):
        body["message"]["thinking"] = "Nobody kicks."
        return body | {"logprobs": [{"token": "None", "logprob": -0.5, "bytes": [78]}]}

    with Ollama(answer=thinking) as ollama:
        answer, one = asked(ollama, structured="json_schema", think="low", logprobs=True)
    (body,) = ollama.bodies
    assert body["format"] == one.messages.schema.to_json()
    assert (body["think"], body["logprobs"]) == ("low", True)
    assert answer.other_fields == (("thinking", "Nobody kicks."),)
    assert answer.tokens == (("None", -0.5),)


def test_the_cards_context_is_asked_for_where_it_says_nothing_else():
    with Ollama() as ollama:
        asked(ollama, num_ctx=None, context_tokens=32768)
    assert ollama.bodies[0]["options"]["num_ctx"] == 32768


def test_a_prompt_that_is_too_long_is_refused_and_asked_with_fewer_frames():
    with Ollama() as ollama:
        answer, _ = asked(ollama, frames=15, num_ctx=4096)
    assert answer.lowered == ("frames 15 to 8",)
    assert [len(body["messages"][0]["images"]) for body in ollama.bodies] == [15, 8]


def test_an_older_version_that_cuts_the_prompt_is_caught():
    with Ollama(knows_truncate=False) as ollama:
        answer, one = asked(ollama, frames=15, num_ctx=4096)
        found = audit_prompt(card(ollama), one.messages, lambda: (64, 48), answer)
    assert answer.prompt_tokens == 2050
    assert isinstance(found, Failure)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model": "gemma3:12b"}, "'gemma3:12b' not found; run 'ollama pull gemma3:12b', or"),
        ({"num_ctx": None}, "Ollama cuts prompts at 4,096 tokens unless it is told otherwise"),
        ({"text_first": True}, "Ollama puts images before the text: remove text_first"),
        ({"generation": {"min_tokens": 3}}, "the setting min_tokens does not reach the model"),
        ({"frames_as": "video/mp4"}, "frames_as is not known"),
        ({"dialect": "ollama"}, "dialects of this engine are ollama-native"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(changes, sentence):
    with Ollama() as ollama, pytest.raises(UserError) as refused:
        asked(ollama, **changes)
    assert sentence in str(refused.value)


def test_a_prompt_with_text_before_images_is_refused():
    one = request(0, lambda: FRAMES[:2])
    mixed = Messages((Image(0), Text("then"), Image(1)), "mixed.v1")
    with Ollama() as ollama, pytest.raises(UserError, match="has text before images"):
        ollama_body(card(ollama), replace(one, messages=mixed), FRAMES)


@pytest.mark.parametrize(
    "change",
    [
        {"message": None},
        {"done": False},
        {"error": "llama runner process has terminated", "message": None},
        {"message": "None."},
    ],
)
def test_a_stump_is_a_failure(change):
    with Ollama(answer=lambda body, _: body | change) as ollama:
        answer, _ = asked(ollama)
    assert isinstance(answer, Failure)


@pytest.mark.parametrize("counted", ["7", -1, None, 1e99, {}])
def test_odd_counts_are_not_believed(counted):
    with Ollama(answer=lambda body, _: body | {"prompt_eval_count": counted}) as ollama:
        answer, _ = asked(ollama)
    assert answer.text == "None."
    assert answer.prompt_tokens in (None, 7)


def test_the_key_of_a_server_elsewhere_is_sent(monkeypatch):
    monkeypatch.setenv("OLLAMA_API_KEY", "ollama-key-of-this-test")
    with Ollama() as ollama:
        asked(ollama)
    assert ollama.keys == ["Bearer ollama-key-of-this-test"]
