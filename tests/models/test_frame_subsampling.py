"""One choice of frames, and one sentence about it, for everyone who shows fewer than planned."""

import base64
import io
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings, strategies as st
from PIL import Image as Picture

from tests.support.asking import engine, request
from tests.support.endpoint import Endpoint, completion
from touchline.games import SOCCERNET_V2
from touchline.models import evenly_spaced, find_card, shown_frames
from touchline.models.engines.openai.engine import OpenAIEngine
from touchline.models.frame_subsampling import half_as_many, subsample_frames
from touchline.prompts import Image, Text, build_messages, load_template
from touchline.runs.planning.frame_limit import frame_limit_warning, limit_frames
from touchline.video import FrameSpec, Window

COUNTS = st.integers(1, 200)


@given(COUNTS, COUNTS)
def test_the_choice_is_ascending_and_evenly_spaced(count, keep):
    kept = evenly_spaced(count, keep)
    assert len(kept) == min(count, keep)
    assert list(kept) == sorted(set(kept))
    assert set(kept) <= set(range(count))
    gaps = {after - before for before, after in pairwise(kept)}
    assert not gaps or max(gaps) - min(gaps) <= 1
    if len(kept) > 1:
        assert (kept[0], kept[-1]) == (0, count - 1)
    elif count > 1:
        assert kept == (count // 2,)


@pytest.mark.parametrize("keep", [0, -1])
def test_nothing_is_not_a_choice(keep):
    with pytest.raises(ValueError, match="at least one must be kept"):
        evenly_spaced(4, keep)


@given(st.integers(2, 500))
def test_halving_again_and_again_ends_at_one(count):
    tried = [count]
    while tried[-1] > 1:
        tried.append(half_as_many(tried[-1]))
        assert tried[-1] < tried[-2] <= 2 * tried[-1]


def window(count):
    return Window("g", 1, 1, 9, 0, 200 * count + 1, tuple(range(0, count * 200, 200)))


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 50), st.sampled_from(["base.v1", "chunk.v1"]))
def test_a_plan_and_a_rendered_prompt_are_reduced_to_the_same_frames(count, keep, template):
    card = find_card({"use": "demo", "max_images": keep, "too_many_images": "thin"})
    planned = limit_frames(window(count), card).frame_times_ms
    whole = build_messages(window(count), load_template(template, SOCCERNET_V2))
    reduced = subsample_frames(whole, keep)
    assert tuple(200 * frame for frame in shown_frames(reduced)) == planned
    notes = [one for one in reduced.parts if isinstance(one, Text) and one not in whole.parts]
    assert len(notes) == (count > keep)
    assert (reduced == whole) == (count <= keep)
    assert subsample_frames(reduced, count) == reduced


def test_the_sentence_follows_the_last_image_and_counts_as_the_prompt_does():
    whole = build_messages(window(8), load_template("base.v1", SOCCERNET_V2))
    *images, note, text = subsample_frames(whole, 3).parts
    assert images == [Image(0), Image(4), Image(7)]
    assert note == Text("Of these frames, only the following are shown: 1, 5, 8.")
    assert text == whole.parts[-1]


def test_only_a_card_that_says_so_has_its_windows_reduced():
    refusing = find_card({"use": "demo", "max_images": 3})
    assert limit_frames(window(8), refusing) == window(8)
    assert frame_limit_warning(refusing, FrameSpec(frames=8)) is None
    reducing = find_card({"use": "demo", "max_images": 3, "too_many_images": "thin"})
    assert frame_limit_warning(reducing, FrameSpec(frames=3)) is None
    assert "3 of the 4 frames of each window are shown" in (
        frame_limit_warning(reducing, FrameSpec(frames=4)) or ""
    )


def _text_parts(content):
    return [part["text"] for part in content if part["type"] == "text"]


def _sent_picture(part):
    jpeg = base64.b64decode(part["image_url"]["url"].split(",")[1])
    return Picture.open(io.BytesIO(jpeg)).convert("RGB")


def _first_pixels(pictures):
    """Frames of `request` differ in their shade."""
    return [picture.getpixel((0, 0)) for picture in pictures]


@pytest.mark.parametrize("frames", [2, 5, 8, 9])
@pytest.mark.parametrize("most", [1, 2, 4])
def test_memory_and_endpoint_reduce_a_window_alike(tiny_checkpoint, monkeypatch, frames, most):
    """Which frames, which text, in which order, and what the reply says of it."""
    question = request(0, frames=frames, size=(32, 24))

    def limited(body):
        content = body["messages"][0]["content"]
        if sum(part["type"] == "image_url" for part in content) > most:
            return 400, {"error": {"message": "There are too many images in the prompt"}}, {}
        return 200, completion("None."), {}

    card = {"name": "x", "engine": "openai", "model": "m", "in_flight": 1}
    with Endpoint(limited) as endpoint:
        remote = OpenAIEngine(find_card({**card, "base_url": endpoint.base_url}))
        (by_endpoint,) = remote.replies([question])
        remote.close()
    sent = endpoint.bodies[-1]["messages"][0]["content"]

    local, chats = engine(tiny_checkpoint), []
    render = local._loaded.processor.apply_chat_template
    generate = local._loaded.model.generate

    def noting(conversations, **options):
        chats.append(conversations[0][-1]["content"])
        return render(conversations, **options)

    def short_of_memory(**inputs):
        if inputs["pixel_values"].shape[1] > most:
            raise torch.OutOfMemoryError("out of memory")
        return generate(**inputs)

    monkeypatch.setattr(local._loaded.processor, "apply_chat_template", noting)
    monkeypatch.setattr(local._loaded.model, "generate", short_of_memory)
    (by_memory,) = local.replies([question])

    assert by_memory.lowered == by_endpoint.lowered
    assert bool(by_memory.lowered) == (frames > most)
    assert _text_parts(chats[-1]) == _text_parts(sent)
    assert _first_pixels(one["image"] for one in chats[-1] if one["type"] == "image") == (
        _first_pixels(map(_sent_picture, (one for one in sent if one["type"] == "image_url")))
    )
    kinds = [{"image_url": "image"}.get(part["type"], part["type"]) for part in sent]
    assert [part["type"] for part in chats[-1]] == kinds
