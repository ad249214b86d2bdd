"""How frames, schemas and a card's own words reach an endpoint that speaks OpenAI's protocol."""

import base64
import io
import json

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from tests.support.endpoint import Endpoint, completion
from touchline.games import SOCCERNET_V2
from touchline.models import Failure, FailureReason, Generation, Reply, Request, find_card
from touchline.models.engines.openai.chat import chat_body, read_completion
from touchline.models.engines.openai.engine import OpenAIEngine
from touchline.prompts import build_messages, load_template
from touchline.replies import parse_reply
from touchline.replies.types import Outcome
from touchline.video import Window

TIMES = (2000, 2200, 3000)


def jpeg(level, size=(64, 48)):
    buffer = io.BytesIO()
    pixels = np.full((size[1], size[0], 3), level, np.uint8)
    Image.fromarray(pixels).save(buffer, format="JPEG", quality=95)
    return buffer.getvalue()


FRAMES = [jpeg(level) for level in (30, 120, 210)]


def card(**words):
    return find_card({"name": "x", "engine": "openai", "model": "m", **words})


def request(template="base.v1", frames=FRAMES, times=TIMES):
    window = Window("g", 1, 1, 9, 2000, 5000, times[: len(frames)])
    asked = build_messages(window, load_template(template, SOCCERNET_V2))
    return Request("k", window, asked, lambda: frames, Generation())


def content(body):
    return body["messages"][0]["content"]


def data_of(uri):
    return base64.b64decode(uri.split(",")[1])


def test_frames_are_made_smaller_as_the_card_says():
    body = chat_body(card(max_pixels=768, image_detail="low"), request(), FRAMES)
    first = content(body)[0]["image_url"]
    assert first["detail"] == "low"
    with Image.open(io.BytesIO(data_of(first["url"]))) as image:
        assert image.size == (32, 24)
    harder = chat_body(card(jpeg_quality=20), request(), FRAMES)
    assert len(data_of(content(harder)[0]["image_url"]["url"])) < len(FRAMES[0])
    as_they_are = chat_body(card(max_pixels=64 * 48), request(), FRAMES)
    assert data_of(content(as_they_are)[0]["image_url"]["url"]) == FRAMES[0]


def test_structured_answers_keep_to_the_schema_of_their_prompt():
    structured = card(structured="json_schema", extra_body={"provider": {"only": ["a"]}})
    body = chat_body(structured, request(), FRAMES)
    form = body["response_format"]["json_schema"]
    assert form["strict"] is True
    event = form["schema"]["properties"]["events"]["items"]
    assert set(event["required"]) == set(event["properties"])
    assert len(event["properties"]["label"]["enum"]) == 17
    assert body["provider"] == {"only": ["a"]}
    context = chat_body(structured, request("context.v1"), FRAMES)
    assert context["response_format"]["json_schema"]["name"] == "match_context"


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([], Outcome.NOTHING),
        (
            [{"label": "Goal", "team": "home", "time": 1.5, "confidence": 0.9, "details": "x"}],
            Outcome.EVENTS,
        ),
    ],
)
def test_the_reader_reads_what_the_schema_asks_for(events, outcome):
    reading = parse_reply(json.dumps({"events": events}), "stop", request().window, SOCCERNET_V2)
    assert reading.outcome is outcome
    assert [one.label for one in reading.detections] == [one["label"] for one in events]


def test_only_words_that_change_the_question_change_who_the_model_is():
    plain = card().identity()
    assert card(in_flight=3, timeout_s=9, retries=1, logprobs=True).identity() == plain
    assert card(quota={"requests_per_minute": 20}).identity() == plain
    for words in [
        {"jpeg_quality": 50},
        {"max_pixels": 900},
        {"image_detail": "low"},
        {"frames_as": "video/jpeg"},
        {"structured": "json_schema"},
        {"extra_body": {"top_k": 1}},
    ]:
        assert card(**words).identity() != plain


def test_cost_is_recorded_where_the_endpoint_names_it():
    answer = completion("None.")
    assert read_completion("k", answer, 1.0).cost_usd is None
    answer["usage"]["cost"] = 0.00125
    assert read_completion("k", answer, 1.0).cost_usd == 0.00125


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "usage", "error", "logprobs", "text"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_whatever_a_body_holds_is_a_reply_or_a_failure(body):
    assert isinstance(read_completion("k", body, 1.0), Reply | Failure)


def test_a_window_with_too_many_images_is_subsampled_and_later_ones_are_not_tried_whole():
    def at_most_two(body):
        images = sum(part["type"] == "image_url" for part in content(body))
        if images > 2:
            return 400, {"error": {"message": "At most 2 image(s) may be provided"}}, {}
        return 200, completion("None."), {}

    frames = [jpeg(10 * n) for n in range(8)]
    times = tuple(range(2000, 3600, 200))
    with Endpoint(at_most_two) as endpoint:
        engine = OpenAIEngine(card(base_url=endpoint.base_url, in_flight=1))
        asked = [request(frames=frames, times=times) for _ in range(3)]
        replies = list(engine.replies(asked))
        engine.close()
    assert [one.lowered for one in replies] == [("frames 8 to 2",)] * 3
    assert len(endpoint.bodies) <= 2 + 3 + 2
    *images, note, text = content(endpoint.bodies[-1])
    assert [data_of(one["image_url"]["url"]) for one in images] == [frames[0], frames[7]]
    assert note["text"] == "Of these frames, only the following are shown: 1, 8."
    assert "frame 8 = 1.4" in text["text"]


def test_a_window_that_is_too_long_with_one_frame_fails_with_its_reason():
    long = {"error": {"message": "maximum context length is 10 tokens"}}
    with Endpoint(lambda _: (400, long, {})) as endpoint:
        engine = OpenAIEngine(card(base_url=endpoint.base_url))
        (failure,) = engine.replies([request()])
        engine.close()
    assert failure.reason is FailureReason.TOO_LONG
