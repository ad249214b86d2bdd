import base64
import socket
import time
from itertools import count

import pytest

from tests.support.endpoint import Endpoint, completion
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Failure, FailureReason, Generation, Reply, Request, find_card
from touchline.models.engines.openai.engine import OpenAIEngine
from touchline.prompts import build_messages, load_template
from touchline.video import MissingFrameError, Window


def request(number, read_frames=lambda: [b"jpeg-0", b"jpeg-1"]):
    window = Window("g", 1, number, 99, number * 2000, number * 2000 + 3000, (0, 200))
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    return Request(f"k{number}", window, asked, read_frames, Generation(max_new_tokens=55, seed=4))


def engine(base_url, **changes):
    card = {"name": "x", "engine": "openai", "model": "m", "base_url": base_url, "retries": 2}
    return OpenAIEngine(find_card({**card, **changes}))


def good(body):
    return 200, completion("None."), {}


def test_a_request_carries_the_frames_as_they_are_then_the_prompt():
    with Endpoint(good) as endpoint:
        (reply,) = engine(endpoint.base_url).replies([request(0)])
    assert isinstance(reply, Reply)
    assert (reply.key, reply.text, reply.finish_reason) == ("k0", "None.", "stop")
    assert (reply.prompt_tokens, reply.completion_tokens) == (7, 3)
    (body,) = endpoint.bodies
    first, second, text = body["messages"][0]["content"]
    assert base64.b64decode(first["image_url"]["url"].split(",")[1]) == b"jpeg-0"
    assert base64.b64decode(second["image_url"]["url"].split(",")[1]) == b"jpeg-1"
    assert text["text"].startswith("Analyze these 2 soccer game frames")
    assert (body["temperature"], body["seed"], body["max_tokens"]) == (0, 4, 55)


def test_azure_is_an_address_and_the_name_of_a_deployment():
    with Endpoint(good) as endpoint:
        azure = endpoint.base_url.replace("/v1", "/openai/v1/")
        asked = engine(azure, model="my-deployment", dialect="openai-reasoning")
        (reply,) = asked.replies([request(0)])
    assert isinstance(reply, Reply)
    assert endpoint.paths == ["/openai/v1/chat/completions"]
    assert endpoint.bodies[0]["model"] == "my-deployment"


def test_several_requests_are_in_flight_and_no_more_than_the_card_says():
    def slow(body):
        time.sleep(0.05)
        return good(body)

    pulled = count()

    def stream():
        for number in range(24):
            next(pulled)
            yield request(number)

    with Endpoint(slow) as endpoint:
        answers = engine(endpoint.base_url, in_flight=6).replies(stream())
        next(answers)
        assert next(pulled) <= 8
        keys = {answer.key for answer in answers}
    assert len(keys) == 23
    assert 3 <= endpoint.most_in_flight <= 6


def test_a_server_that_stumbles_is_asked_again():
    tries = count()

    def stumbling(body):
        if next(tries) < 2:
            return 503, {"error": "busy"}, {"retry-after-ms": "1"}
        return good(body)

    with Endpoint(stumbling) as endpoint:
        (reply,) = engine(endpoint.base_url).replies([request(0)])
    assert isinstance(reply, Reply)
    assert len(endpoint.bodies) == 3


@pytest.mark.parametrize(
    ("status", "body", "reason", "said"),
    [
        (400, {"error": {"message": "too many images"}}, FailureReason.REFUSED, "HTTP 400"),
        (500, {"error": "boom"}, FailureReason.REFUSED, "HTTP 500"),
        (200, {"error": {"code": 502, "message": "upstream"}}, FailureReason.ENGINE, "upstream"),
        (200, {"id": "x", "choices": []}, FailureReason.ENGINE, "no choices"),
    ],
)
def test_an_error_is_a_failure_of_its_window_and_never_an_empty_answer(status, body, reason, said):
    def answer(_):
        return status, body, {"retry-after-ms": "1"}

    with Endpoint(answer) as endpoint:
        (failure,) = engine(endpoint.base_url).replies([request(0)])
    assert isinstance(failure, Failure)
    assert failure.reason is reason
    assert said in failure.message


@pytest.mark.parametrize(
    ("status", "mend"),
    [(401, "set OPENAI_API_KEY"), (403, "may not use"), (404, "check base_url and model")],
)
def test_an_endpoint_that_refuses_everything_is_one_sentence(status, mend):
    with (
        Endpoint(lambda _: (status, {"error": {"message": "no"}}, {})) as endpoint,
        pytest.raises(UserError) as caught,
    ):
        list(engine(endpoint.base_url).replies([request(n) for n in range(3)]))
    assert f"HTTP {status}" in str(caught.value)
    assert mend in str(caught.value)


def test_an_endpoint_that_is_not_there_is_one_sentence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(UserError, match="no answer from http://127"):
        list(engine(url, retries=0).replies([request(0)]))


def test_a_frame_that_does_not_decode_fails_its_window_only():
    def missing():
        raise MissingFrameError("the frame at 1.000 s does not decode")

    with Endpoint(good) as endpoint:
        answers = list(engine(endpoint.base_url).replies([request(0, missing), request(1)]))
    kinds = {answer.key: type(answer) for answer in answers}
    assert kinds == {"k0": Failure, "k1": Reply}
    assert len(endpoint.bodies) == 1


def test_a_key_is_asked_for_where_the_endpoint_is_not_on_this_machine(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UserError, match="needs a key: set OPENAI_API_KEY in the environment"):
        engine("https://api.openai.com/v1")


def with_logprobs(body):
    answer = completion("Goé")
    content = [
        {"token": "Go", "logprob": -0.5, "bytes": [71, 111], "top_logprobs": []},
        {"token": "bytes:\\xc3", "logprob": -1.5, "bytes": [0xC3], "top_logprobs": []},
        {"token": "bytes:\\xa9", "logprob": -2.5, "bytes": [0xA9], "top_logprobs": []},
        {"token": "!", "logprob": -3.5, "bytes": None, "top_logprobs": []},
    ]
    answer["choices"][0]["logprobs"] = {"content": content}
    return 200, answer, {}


def test_log_probabilities_are_asked_for_where_the_card_says_so():
    with Endpoint(with_logprobs) as endpoint:
        (reply,) = engine(endpoint.base_url, logprobs=True).replies([request(0)])
    assert endpoint.bodies[0]["logprobs"] is True
    assert reply.tokens == (("Go", -0.5), ("", -1.5), ("é", -2.5), ("!", -3.5))


@pytest.mark.parametrize("logprobs", [None, {"content": None}, {}])
def test_an_endpoint_without_log_probabilities_answers_all_the_same(logprobs):
    def answer(body):
        status, whole, headers = good(body)
        whole["choices"][0]["logprobs"] = logprobs
        return status, whole, headers

    with Endpoint(answer) as endpoint:
        (asked,) = engine(endpoint.base_url, logprobs=True).replies([request(0)])
        (plain,) = engine(endpoint.base_url).replies([request(0)])
    assert "logprobs" not in endpoint.bodies[1]
    assert (asked.text, asked.tokens, plain.tokens) == ("None.", (), ())


def test_log_probabilities_are_no_part_of_who_the_model_is():
    card = {"name": "x", "engine": "openai", "model": "m"}
    assert find_card({**card, "logprobs": True}).identity() == find_card(card).identity()
