"""Frames that go as one video keep their times, or the model is refused before the run starts."""

import base64
from dataclasses import replace

import pytest

from tests.models.engines.openai.test_frames import FRAMES, TIMES, card, content, request
from tests.support.endpoint import Endpoint, completion
from touchline.errors import UserError
from touchline.models import find_card, load_engine
from touchline.models.card_types.dialects import of_protocol
from touchline.models.card_types.video_forms import VIDEO_FORMS
from touchline.models.engines.openai.chat import chat_body
from touchline.models.frame_subsampling import subsample_frames
from touchline.runs import build_plan, parse_bench

VIDEO = {"dialect": "vllm", "frames_as": "video/jpeg"}


def times_in(body):
    """What a body says of the times of its frames, as vLLM counts them, in seconds."""
    said = body["media_io_kwargs"]["video"]
    return [index / said["fps"] for index in said["frames_indices"]]


def test_a_window_is_a_row_of_jpeg_files_with_the_time_of_each():
    body = chat_body(card(**VIDEO), request(), FRAMES)
    video, text = content(body)
    assert text["type"] == "text"
    kind, *rows = video["video_url"]["url"].split(",")
    assert kind == "data:video/jpeg;base64"
    assert [base64.b64decode(row) for row in rows] == FRAMES
    assert body["media_io_kwargs"] == {
        "video": {
            "fps": 1000,
            "frames_indices": [0, 200, 1000],
            "total_num_frames": 3000,
            "duration": 3.0,
            "num_frames": -1,
            "do_sample_frames": False,
        }
    }
    assert body["mm_processor_kwargs"] == {"do_sample_frames": False}


def test_frames_that_are_left_out_take_their_times_with_them():
    asked = request()
    fewer = replace(asked, messages=subsample_frames(asked.messages, 2))
    body = chat_body(card(**VIDEO), fewer, FRAMES)
    assert times_in(body) == [0.0, 1.0]
    assert content(body)[0]["video_url"]["url"].count(",") == 2


def test_a_window_of_one_frame_is_an_image_and_one_of_none_is_text():
    body = chat_body(card(**VIDEO), request(frames=FRAMES[:1]), FRAMES[:1])
    assert [part["type"] for part in content(body)] == ["image_url", "text"]
    assert "media_io_kwargs" not in body
    images = chat_body(card(dialect="vllm"), request(), FRAMES)
    assert not {"media_io_kwargs", "mm_processor_kwargs"} & images.keys()


def test_text_between_the_frames_is_no_video():
    with pytest.raises(UserError, match="has text between the frames"):
        chat_body(card(**VIDEO), request("interleaved.v1"), FRAMES)


def test_an_extra_body_adds_to_what_is_said_of_a_video():
    pixels = {"mm_processor_kwargs": {"max_pixels": 1024}}
    body = chat_body(card(**VIDEO, extra_body=pixels), request(), FRAMES)
    assert body["mm_processor_kwargs"] == {"do_sample_frames": False, "max_pixels": 1024}


def test_every_dialect_says_what_becomes_of_a_video():
    assert sorted(VIDEO_FORMS) == sorted([*of_protocol("openai"), *of_protocol("bedrock")])
    assert all(forms.source and forms.loses for forms in VIDEO_FORMS.values())


@pytest.mark.parametrize("form", ["video/mp4", "video/jpeg"])
@pytest.mark.parametrize("dialect", of_protocol("openai"))
def test_a_server_that_loses_times_is_refused_and_says_what_to_write(dialect, form):
    asked = card(dialect=dialect, frames_as=form)
    if form in VIDEO_FORMS[dialect].timed:
        assert asked.refusal() is None
        return
    with pytest.raises(
        UserError, match=r"frames or their times would be lost: .*; write 'frames_as: "
    ):
        load_engine(asked)
    with pytest.raises(UserError, match="or their times would be lost"):
        chat_body(asked, request(), FRAMES)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("engine: vllm, checkpoint: a/b, frames_as: video/mp4", "write 'frames_as: video/jpeg' or"),
        ("engine: sglang, checkpoint: a/b, frames_as: video/jpeg", "SGLang samples videos itself"),
        ("engine: transformers-serve, checkpoint: a/b, frames_as: video/mp4", "takes 32 frames"),
        ("engine: openai, model: m, frames_as: video/jpeg", "add 'dialect: vllm'"),
        (
            "engine: bedrock, model: m, frames_as: video/mp4",
            "lower the sampling to 1 fps, or",
        ),
        (
            "engine: bedrock, model: m, frames_as: video/mp4, sampling: {frames: 8, window: 4}",
            "Nova looks at one frame a second",
        ),
        (
            "engine: bedrock, dialect: claude, model: m, frames_as: video/mp4",
            "Claude takes images only",
        ),
    ],
)
def test_a_plan_is_refused_before_anything_starts(entry, said, tmp_path):
    bench = f"data: {{root: 'builtin:demo'}}\nmodels: [{{name: m, {entry}}}]\n"
    with pytest.raises(UserError, match=said):
        build_plan(parse_bench(bench, "bench.yaml", tmp_path), "bench")


@pytest.mark.parametrize("sampling", ["fps: 1, window: 45, stride: 45", "frames: 4, window: 8"])
def test_nova_watches_a_video_of_a_frame_a_second(sampling, tmp_path):
    bench = (
        "data: {root: 'builtin:demo'}\nmodels: [{name: m, engine: bedrock, model: m, "
        f"frames_as: video/mp4, sampling: {{{sampling}}}}}]\n"
    )
    assert build_plan(parse_bench(bench, "bench.yaml", tmp_path), "bench").models[0].name == "m"


def asked_of(version):
    """What a server that says its version is asked about one window."""
    with Endpoint(lambda _: (200, completion("None."), {})) as endpoint:
        if version is not None:
            endpoint.pages["/version"] = {"version": version}
        engine = load_engine(card(**VIDEO, base_url=endpoint.base_url))
        try:
            (reply,) = engine.replies([request()])
        finally:
            engine.close()
        assert reply.text == "None."
        (body,) = endpoint.bodies
    return body


@pytest.mark.parametrize("version", ["0.32.0+cpu", "0.20.0", "1.0.0rc1"])
def test_what_a_server_is_sent_carries_the_true_times(version):
    start_ms = request().window.start_ms
    assert times_in(asked_of(version)) == [(time - start_ms) / 1000 for time in TIMES]


@pytest.mark.parametrize("version", ["0.19.1", "0.8.5.post1", None, "main", {"a": 1}])
def test_a_server_of_another_version_or_of_none_is_refused(version):
    with pytest.raises(UserError, match=r"from vLLM 0.20 on|does not say which vLLM it is"):
        asked_of(version)


def test_a_server_that_is_not_there_is_one_sentence():
    with pytest.raises(UserError, match=r"/version for model .x. cannot be reached .* is the"):
        load_engine(card(**VIDEO, base_url="http://127.0.0.1:9/v1"))


def test_a_plan_of_an_earlier_version_that_sent_mp4_is_still_read():
    facts = find_card({"name": "x", "engine": "openai", "model": "m", "frames_as": "video/mp4"})
    assert find_card(facts.facts()).frames_as == "video/mp4"
