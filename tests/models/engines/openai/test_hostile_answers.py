"""No answer of an endpoint, whatever it says, ends a run; what cannot be used is named."""

import json
import math

import pytest

from tests.models.engines.openai.test_engine import engine, request
from tests.support.endpoint import Endpoint, completion
from touchline.models import Failure, FailureReason, Reply
from touchline.models.engines.openai.chat import read_completion


def ask(answer, count=1, **card):
    with Endpoint(lambda _: answer) as endpoint:
        asked = engine(endpoint.base_url, retries=0, **card)
        return list(asked.replies([request(number) for number in range(count)]))


def changed(**fields):
    body = completion("None.")
    choice = body["choices"][0]
    for name, value in fields.items():
        place = body if name in body else choice if name in choice else choice["message"]
        place = choice if name == "logprobs" else place
        place[name] = value
    return body


LOGPROB = {"token": "None.", "logprob": -0.5}


@pytest.mark.parametrize(
    ("fields", "unusable"),
    [
        ({"usage": "plenty"}, ()),
        ({"usage": {"prompt_tokens": "7", "completion_tokens": 3.0}}, ()),
        ({"usage": {"prompt_tokens": "seven"}}, ("prompt_tokens is the text 'seven'",)),
        ({"usage": {"prompt_tokens": 3_000_000_000}}, ("prompt_tokens is 3000000000",)),
        ({"usage": {"prompt_tokens": 10**400}}, ("prompt_tokens is out of range",)),
        ({"usage": {"completion_tokens": -3}}, ("completion_tokens is -3",)),
        ({"usage": {"prompt_tokens": math.nan}}, ("prompt_tokens is nan",)),
        ({"usage": {"cost": math.inf}}, ("cost_usd is inf",)),
        ({"usage": {"cost": [1]}}, ("cost_usd is a list",)),
        ({"usage": {"prompt_tokens_details": 4, "completion_tokens_details": None}}, ()),
        ({"logprobs": {"content": [{**LOGPROB, "logprob": None}]}}, ("tokens is a list",)),
        ({"logprobs": {"content": [{**LOGPROB, "logprob": math.nan}]}}, ("tokens is a list",)),
        ({"logprobs": {"content": [{**LOGPROB, "logprob": 2}]}}, ("tokens is a list",)),
        ({"logprobs": {"content": [7, None]}}, ("tokens is a list",)),
        ({"logprobs": {"content": 7}}, ("tokens is 7",)),
        ({"logprobs": [1]}, ()),
        ({"id": {"a": 1}, "model": 7}, ()),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_the_answer_counts(fields, unusable):
    reply = read_completion("k", changed(**fields), 0)
    assert isinstance(reply, Reply)
    assert reply.text == "None."
    assert reply.unusable == unusable
    assert reply.tokens == ()


@pytest.mark.parametrize(
    "encoded", [[78, 256], [-1], 2_000_000_000, [2_000_000_000], "None", [1.5], [True] * 2000, []]
)
def test_bytes_of_a_token_that_are_none_leave_its_text(encoded):
    reply = read_completion("k", changed(logprobs={"content": [{**LOGPROB, "bytes": encoded}]}), 0)
    assert reply.tokens == (("None.", -0.5),)


def test_an_infinite_log_probability_is_the_least():
    reply = read_completion(
        "k", changed(logprobs={"content": [{**LOGPROB, "logprob": -math.inf}]}), 0
    )
    assert reply.tokens == (("None.", -9999.0),)


@pytest.mark.parametrize("finish", ["error", "abort", "network_error", {"type": "abort"}])
def test_a_stump_that_an_error_ended_is_a_failure(finish):
    failure = read_completion("k", completion("Go", finish), 0)
    assert isinstance(failure, Failure)
    assert failure.reason is FailureReason.ENGINE
    assert (failure.prompt_tokens, failure.completion_tokens) == (7, 3)


def test_a_stump_is_asked_again():
    answers = iter([completion('[{"label": "Go', "abort"), completion("None.")])
    with Endpoint(lambda _: (200, next(answers), {})) as endpoint:
        (reply,) = engine(endpoint.base_url, retries=1).replies([request(0)])
    assert (reply.text, len(endpoint.bodies)) == ("None.", 2)


@pytest.mark.parametrize(
    ("finish", "kept"),
    [
        (7, "7"),
        (["x"], "a list"),
        ({"a": 1}, "a JSON object"),
        (True, "True"),
        ({"type": "length"}, "length"),
        ("x" * 10_000, "x" * 80),
    ],
)
def test_a_finish_reason_may_be_anything(finish, kept):
    reply = read_completion("k", changed(finish_reason=finish), 0)
    assert reply.finish_reason == kept


DEEP = b'{"choices":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, DEEP, {}),
        (400, DEEP, {}),
        (200, b'{"choices": [1', {"Content-Type": "application/json; charset=klingon"}),
        (400, b"\xff\xfe no", {"Content-Type": "text/plain; charset=klingon"}),
        (200, b"\x00\xff" * 50, {}),
        (200, json.dumps([1, 2]).encode(), {}),
        (200, {"choices": [{"message": "text"}]}, {}),
        (200, {"error": {"code": "9" * 5000, "message": {"a": [1]}}}, {}),
    ],
)
def test_a_body_that_cannot_be_read_fails_its_window_only(status, body, headers):
    answers = ask((status, body, headers), count=2)
    assert [type(one) for one in answers] == [Failure, Failure]
    assert all(len(one.message) < 700 for one in answers)


@pytest.mark.parametrize("wait", ["1e12", "inf", "nan", "-5", "1" * 400, "Thu, 01 Jan 99999 0:0:0"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_without_measure_is_a_sentence(wait, status):
    from touchline.errors import ComeBackLater

    try:
        answers = ask((status, {"error": "busy"}, {"Retry-After": wait}))
    except ComeBackLater as error:
        assert "come back at" in str(error)
    else:
        assert all(isinstance(one, Failure) for one in answers)


def test_a_known_charset_does_not_change_json():
    body = json.dumps(completion("Açaí"), ensure_ascii=False).encode()
    (reply,) = ask((200, body, {"Content-Type": "application/json; charset=latin-1"}))
    assert reply.text == "Açaí"


def test_a_reply_says_who_gave_it_and_what_stood_beside_it():
    body = changed() | {
        "id": "gen-1",
        "model": "gpt-4o-2024-08-06",
        "system_fingerprint": "fp_1",
        "provider": "Together",
        "service_tier": "flex",
    }
    body["usage"]["prompt_tokens_details"] = {"cached_tokens": 5}
    body["usage"]["completion_tokens_details"] = {"reasoning_tokens": 2}
    message = body["choices"][0]["message"]
    calls = [{"type": "function", "function": {"name": "report", "arguments": "{}"}}]
    message |= {"content": None, "reasoning_content": "First, a foul.", "tool_calls": calls}
    (reply,) = ask((200, body, {}))
    assert reply.served.identity == "gpt-4o-2024-08-06 by Together"
    assert (reply.served.fingerprint, reply.served.response_id) == ("fp_1", "gen-1")
    assert (reply.served.service_tier, reply.cached_tokens, reply.reasoning_tokens) == (
        "flex",
        5,
        2,
    )
    assert reply.text == ""
    assert reply.other_fields == (
        ("reasoning_content", "First, a foul."),
        ("tool_calls", json.dumps(calls)),
    )


def test_thoughts_in_a_list_of_parts_stand_beside_the_answer():
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"text": "None."}]
    reply = read_completion("k", changed(content=parts), 0)
    assert reply.text == "None."
    assert reply.other_fields == (("thinking", json.dumps(parts[0])),)
