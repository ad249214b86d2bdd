import base64
import subprocess
import sys

import pytest

from tests.support.gemini import FakeGemini, error, generated, parts
from touchline.errors import ComeBackLater, UserError
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


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-gemini")


@pytest.fixture
def video(make_video):
    return make_video("1_224p.mkv", range(0, 2000, 40))


def request(number, video):
    start = number * 2000
    times = tuple(range(start, start + 3000, 200))
    window = Window("g", 1, number, 99, start, start + 3000, times)
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    frames = [b"jpeg-%d" % frame for frame in range(15)]
    generation = Generation(max_new_tokens=55, seed=4)
    return Request(f"k{number}", window, asked, lambda: frames, generation, video=video)


def ask(fake, requests, **words):
    card = {"name": "g", "engine": "gemini", "model": "gemini-x", "base_url": fake.url, **words}
    engine = load_engine(find_card(card))
    try:
        return list(engine.replies(requests))
    finally:
        engine.close()


def test_a_half_is_uploaded_once_awaited_cut_by_offsets_and_deleted(video):
    with FakeGemini() as fake:
        answers = ask(fake, [request(n, video) for n in range(5)])
    assert all(isinstance(one, Reply) and one.text == "None." for one in answers)
    assert {(one.prompt_tokens, one.completion_tokens) for one in answers} == {(900, 5)}
    assert fake.uploaded == [video.read_bytes()]
    assert fake.deleted == fake.names
    assert fake.keys == {"a-key-of-gemini", None}, "the address of an upload needs no key"
    clips = sorted(parts(body)[0]["videoMetadata"]["startOffset"] for body in fake.asked)
    assert clips == ["0.000s", "2.000s", "4.000s", "6.000s", "8.000s"]
    body = next(
        one for one in fake.asked if parts(one)[0]["videoMetadata"]["startOffset"][0] == "2"
    )
    assert parts(body)[0]["videoMetadata"] == {
        "startOffset": "2.000s",
        "endOffset": "5.000s",
        "fps": 5.0,
    }
    assert parts(body)[1]["text"].startswith("Analyze these 15 soccer game frames")
    settings = body["generationConfig"]
    assert (settings["temperature"], settings["seed"], settings["maxOutputTokens"]) == (0, 4, 55)


def test_a_video_that_was_deleted_is_uploaded_again(video):
    def answer(body):
        if len(fake.asked) == 1:
            fake.files.clear()
        return 200, generated("None.")

    with FakeGemini(answer) as fake:
        answers = ask(fake, [request(n, video) for n in range(4)], in_flight=1)
    assert all(isinstance(one, Reply) for one in answers)
    assert len(fake.uploaded) == 2


def test_a_video_that_is_about_to_expire_is_uploaded_again(video):
    with FakeGemini() as fake:
        fake.lifetime = "2020-01-01T00:00:00Z"
        answers = ask(fake, [request(n, video) for n in range(2)], in_flight=1)
    assert len(answers) == 2
    assert len(fake.uploaded) >= 2


def test_frames_are_sent_as_images_where_the_card_says_so(video):
    with FakeGemini() as fake:
        ask(fake, [request(0, video)], frames_as="images", media_resolution="low")
    assert fake.uploaded == []
    images = [part["inlineData"] for part in parts(fake.asked[0])[:-1]]
    assert [base64.b64decode(one["data"]) for one in images] == [b"jpeg-%d" % n for n in range(15)]
    assert fake.asked[0]["generationConfig"]["mediaResolution"] == "MEDIA_RESOLUTION_LOW"


def test_structured_answers_and_log_probabilities_are_asked_for(video):
    said = {"logprobsResult": {"chosenCandidates": [{"token": "No", "logProbability": -0.5}]}}
    with FakeGemini(lambda _: (200, generated("No", **said))) as fake:
        (reply,) = ask(fake, [request(0, video)], structured="json_schema", logprobs=True)
    settings = fake.asked[0]["generationConfig"]
    assert settings["responseMimeType"] == "application/json"
    assert settings["responseJsonSchema"]["required"] == ["events"]
    assert settings["responseLogprobs"] is True
    assert reply.tokens == (("No", -0.5),)


@pytest.mark.parametrize(
    ("body", "finish"),
    [
        (generated("cut", "MAX_TOKENS"), "length"),
        (generated("", "SAFETY"), "content_filter"),
        ({"promptFeedback": {"blockReason": "OTHER"}}, "content_filter"),
    ],
)
def test_why_an_answer_ended(video, body, finish):
    with FakeGemini(lambda _: (200, body)) as fake:
        (reply,) = ask(fake, [request(0, video)])
    assert reply.finish_reason == finish


def test_a_response_without_candidates_is_a_failure(video):
    with FakeGemini(lambda _: (200, {})) as fake:
        (failure,) = ask(fake, [request(0, video)], retries=0)
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.message) == (
        FailureReason.ENGINE,
        "the response has no candidates",
    )


def test_an_error_with_status_200_is_the_error_that_it_names(video):
    said = error(400, "User location is not supported for the API use.", "FAILED_PRECONDITION")
    with (
        FakeGemini(lambda _: (200, said)) as fake,
        pytest.raises(UserError, match="HTTP 400: User location"),
    ):
        ask(fake, [request(n, video) for n in range(6)], in_flight=1)
    assert len(fake.asked) == 1


def test_a_moment_s_load_is_waited_out(video):
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.1s"}

    def answer(_):
        if len(fake.asked) == 1:
            return 429, error(429, "Resource exhausted", "RESOURCE_EXHAUSTED", retry)
        return 200, generated("None.")

    with FakeGemini(answer) as fake:
        (reply,) = ask(fake, [request(0, video)])
    assert isinstance(reply, Reply)
    assert len(fake.asked) == 2


def test_a_day_s_quota_ends_the_run_with_the_time_to_come_back(video):
    violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}
    quota = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}
    spent = error(429, "You exceeded your current quota", "RESOURCE_EXHAUSTED", quota)
    words = {"quota": {"timezone": "America/Los_Angeles", "longest_wait_s": 0}}
    with (
        FakeGemini(lambda _: (429, spent)) as fake,
        pytest.raises(ComeBackLater, match=r"come back at .* 00:00:05 America/Los_Angeles"),
    ):
        ask(fake, [request(0, video)], **words)
    assert fake.deleted == fake.names


def test_a_bad_key_is_one_sentence_without_the_key(video):
    said = error(400, "API key not valid: a-key-of-gemini", "INVALID_ARGUMENT")
    with FakeGemini(lambda _: (400, said)) as fake, pytest.raises(UserError) as caught:
        ask(fake, [request(0, video)])
    assert "set GEMINI_API_KEY" in str(caught.value)
    assert "a-key-of-gemini" not in str(caught.value)


@pytest.mark.parametrize("control", ["shuffled", "repeated", "blank"])
def test_a_control_cannot_change_the_frames_of_a_native_video(control):
    card = find_card({"name": "g", "engine": "gemini", "model": "m", "control": control})
    with pytest.raises(UserError, match="write frames_as: images"):
        load_engine(card)


def test_frames_that_are_drawn_over_cannot_be_native_video():
    with FakeGemini() as fake, pytest.raises(UserError, match="without crop, mask, stamp or flow"):
        ask(fake, [request(0, None)])


def test_a_clip_that_is_too_long_is_asked_at_a_lower_rate(video):
    def answer(body):
        if parts(body)[0]["videoMetadata"]["fps"] > 3:
            said = "The input token count (70000) exceeds the maximum number of tokens allowed"
            return 400, error(400, said, "INVALID_ARGUMENT")
        return 200, generated("None.")

    with FakeGemini(answer) as fake:
        (reply,) = ask(fake, [request(0, video)])
    assert reply.lowered == ("frames 15 to 8",)
    assert parts(fake.asked[-1])[0]["videoMetadata"]["fps"] == pytest.approx(5 * 8 / 15, abs=0.001)


@pytest.mark.parametrize("finish", [7, {"type": "error"}, ["STOP"], True])
def test_a_reason_that_is_no_text_crashes_nothing(video, finish):
    """More of them than the unexpected errors that end a run."""
    with FakeGemini(lambda _: (200, generated("None.", finish))) as fake:
        answers = ask(fake, [request(n, video) for n in range(12)], retries=0, in_flight=1)
        assert fake.files == {}
    assert [one.reason for one in answers] == [FailureReason.ENGINE] * 12
    assert "no answer can be read" in answers[0].message


READ_A_REASON = """
from google.genai import types
from touchline.models.engines.gemini.chat import read_response
candidate = {"content": {"parts": [{"text": "None."}]}, "finishReason": "ODD\\x1b[2J"}
response = types.GenerateContentResponse.model_validate({"candidates": [candidate]})
print(ascii(read_response("k", response).finish_reason))
"""


def test_a_reason_that_the_sdk_does_not_know_is_kept_and_not_printed():
    command = [sys.executable, "-c", READ_A_REASON]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("'odd\\x1b[2j'\n", "")
