import base64
import io
import json

import av
import numpy as np
import pytest
from PIL import Image

from tests.support.bedrock import FakeBedrock, said
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import (
    Failure,
    FailureReason,
    Generation,
    Reply,
    Request,
    find_card,
    load_engine,
)
from touchline.prompts import build_messages, load_template
from touchline.video import Window


def jpeg(level):
    buffer = io.BytesIO()
    Image.fromarray(np.full((48, 64, 3), level, np.uint8)).save(buffer, format="JPEG")
    return buffer.getvalue()


FRAMES = [jpeg(level) for level in (30, 120, 210)]


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-aws-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def request(number):
    window = Window("g", 1, number, 9, 1000, 4000, (1000, 1200, 2000))
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2), system="Be brief.")
    return Request(f"k{number}", window, asked, lambda: FRAMES, Generation(max_new_tokens=55))


def ask(fake, count=1, **words):
    card = {"name": "n", "engine": "bedrock", "model": "amazon.nova-lite-v1:0"}
    engine = load_engine(find_card({**card, "base_url": fake.url, **words}))
    try:
        return list(engine.replies(request(number) for number in range(count)))
    finally:
        engine.close()


def test_a_request_carries_the_frames_as_they_are_then_the_prompt():
    with FakeBedrock() as fake:
        (reply,) = ask(fake)
    assert (reply.text, reply.finish_reason) == ("None.", "stop")
    assert (reply.prompt_tokens, reply.completion_tokens) == (70, 3)
    assert fake.paths == ["/model/amazon.nova-lite-v1:0/converse"]
    (body,) = fake.asked
    *images, text = body["messages"][0]["content"]
    assert [base64.b64decode(one["image"]["source"]["bytes"]) for one in images] == FRAMES
    assert text["text"].startswith("Analyze these 3 soccer game frames")
    assert body["inferenceConfig"] == {"maxTokens": 55, "temperature": 0.0}
    assert body["system"] == [{"text": "Be brief."}]


def test_a_window_is_one_video_whose_frames_stand_at_their_times():
    with FakeBedrock() as fake:
        ask(fake, frames_as="video/mp4")
    video, _ = fake.asked[0]["messages"][0]["content"]
    assert video["video"]["format"] == "mp4"
    data = base64.b64decode(video["video"]["source"]["bytes"])
    with av.open(io.BytesIO(data)) as container:
        shown = [
            (round(frame.time * 1000), frame.to_ndarray(format="gray").mean())
            for frame in container.decode(video=0)
        ]
    assert [time for time, _ in shown] == [0, 200, 1000]
    assert [level for _, level in shown] == pytest.approx([30, 120, 210], abs=18)


def test_an_answer_in_a_schema_is_asked_for():
    with FakeBedrock() as fake:
        ask(fake, structured="json_schema", dialect="claude-effort")
    (form,) = [body["outputConfig"]["textFormat"] for body in fake.asked]
    described = form["structure"]["jsonSchema"]
    assert (form["type"], described["name"]) == ("json_schema", "events")
    assert json.loads(described["schema"])["required"] == ["events"]


def test_throttling_is_waited_out_and_every_window_answered():
    slow = (429, "ThrottlingException", {"message": "Too many requests"})
    with FakeBedrock(slow, slow) as fake:
        answers = ask(fake, count=6, in_flight=2)
    assert all(isinstance(one, Reply) for one in answers)
    assert len(fake.asked) == 8


def test_what_is_too_long_is_asked_with_fewer_frames():
    long = (400, "ValidationException", {"message": "Input is too long for requested model."})
    with FakeBedrock(long) as fake:
        (reply,) = ask(fake)
    assert reply.lowered == ("frames 3 to 2",)
    content = fake.asked[1]["messages"][0]["content"]
    assert sum("image" in block for block in content) == 2
    assert content[2]["text"] == "Of these frames, only the following are shown: 1, 3."


def test_what_is_wrong_with_a_window_is_its_failure():
    wrong = (400, "ValidationException", {"message": "Malformed input"})
    with FakeBedrock(wrong) as fake:
        (failure,) = ask(fake)
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.message) == (
        FailureReason.REFUSED,
        "HTTP 400: Malformed input (ValidationException)",
    )


def test_no_access_is_one_sentence_without_the_key():
    denied = (403, "AccessDeniedException", {"message": "secret-of-aws-secret has no access"})
    with FakeBedrock(denied) as fake, pytest.raises(UserError, match="AccessDenied") as caught:
        ask(fake)
    assert "secret-of-aws-secret" not in str(caught.value)


def test_no_credentials_are_one_sentence(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with FakeBedrock() as fake, pytest.raises(UserError, match="needs AWS credentials"):
        ask(fake)


INVALID = {"message": "The provided model identifier is invalid."}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "Too many requests", "__type": "ThrottlingException"}, "Too many requests"),
        ({"error": "gateway lost the model"}, "gateway lost the model"),
        ({"detail": "the proxy is tired"}, "the proxy is tired"),
        ({}, "no message"),
        ({"output": 7}, "no answer can be read"),
        ({"output": {"message": {"content": 7}}}, "no answer can be read"),
        ([1], "no message"),
    ],
)
def test_an_error_with_status_200_is_tried_again_and_said(body, words):
    with FakeBedrock() as fake:
        fake.rest = (200, None, body)
        (failure,) = ask(fake, retries=1)
    assert isinstance(failure, Failure)
    assert failure.reason is FailureReason.ENGINE
    assert words in failure.message
    assert len(fake.asked) == 2


@pytest.mark.parametrize("body", [{"error": {"message": "no such model", "code": 404}}, INVALID])
def test_an_error_with_status_200_that_no_window_can_pass_ends_the_model(body):
    with FakeBedrock() as fake, pytest.raises(UserError, match=r"no such model|identifier"):
        fake.rest = (200, None, body)
        ask(fake, retries=1, in_flight=1)
    assert len(fake.asked) == 1


def test_a_text_that_is_no_text_is_an_empty_answer():
    with FakeBedrock() as fake:
        fake.rest = (200, None, {"output": {"message": {"content": [{"text": 7}, {"text": "x"}]}}})
        (reply,) = ask(fake)
    assert reply.text == "x"


@pytest.mark.parametrize("reason", [["end_turn"], {"type": "error"}, 7, None])
def test_a_reason_that_is_no_text_crashes_nothing(reason):
    with FakeBedrock() as fake:
        fake.rest = (200, None, said("None.", reason))
        answers = ask(fake, count=12, retries=0)
    assert len(answers) == 12
