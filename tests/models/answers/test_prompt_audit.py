"""The audit of a prompt's tokens: what it catches, and what it must never say."""

from itertools import product

import pytest

from touchline.games import SOCCERNET_V2
from touchline.models import Failure, FailureReason, Reply, audit_prompt, card_names, find_card
from touchline.models.frame_subsampling import lowered_frames, subsample_frames
from touchline.prompts import build_messages, load_template
from touchline.video import Window

SIZES = [(854, 480), (1280, 720), (398, 224), (227, 128), (64, 64)]
HD = (854, 480)
ENDPOINT = {"name": "m", "engine": "openai", "model": "m", "base_url": "http://127.0.0.1:1"}
QWEN = ENDPOINT | {"use": "qwen2.5-vl-7b"}
CARDS = [find_card(name) for name in card_names()]
WITH_FORMULA = [card for card in CARDS if card.image_tokens]


def messages(frames=15):
    times = tuple(200 * frame for frame in range(frames))
    window = Window("g", 1, 0, 1, 0, 3000, times)
    return build_messages(window, load_template("base.v1", SOCCERNET_V2))


def audited(card, tokens, size=HD, frames=15, lowered=()):
    reply = Reply("k", "None.", "stop", 1.0, tokens, 5, lowered=lowered, cost_usd=0.1)
    return audit_prompt(card, messages(frames), lambda: size, reply)


def test_ollama_at_its_default_context_is_cut_short():
    """It keeps half of 4,096 tokens and a few; an older version kept all of them."""
    for tokens, room in ((2050, 4), (4096, 8)):
        found = audited(find_card(QWEN), tokens)
        assert isinstance(found, Failure)
        assert found.reason is FailureReason.CUT
        assert (found.prompt_tokens, found.completion_tokens, found.cost_usd) == (tokens, 5, 0.1)
        assert f"room for at most {room} of the 15 frames" in found.message
        assert "image_tokens" in found.message


def test_the_message_says_no_more_frames_than_there_is_room_for():
    assert "room for at most 0 of the 2 frames" in audited(find_card(QWEN), 150, frames=2).message


@pytest.mark.parametrize("model", WITH_FORMULA, ids=lambda card: card.name)
def test_the_cards_own_figure_is_never_cut_short(model):
    """Behind any server: what the formula says, and text of 6 letters a token."""
    card = find_card(ENDPOINT | {"image_tokens": model.image_tokens.model_dump()})
    for size, frames in product(SIZES, (1, 2, 15, 45)):
        tokens = card.image_tokens.prompt_tokens(*size, frames) + len(messages(frames).text) // 6
        assert isinstance(audited(card, tokens, size, frames), Reply), (size, frames)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("side", [28, 32])
def test_a_server_that_rounds_down_is_honest(width, height, side):
    """llama.cpp and Ollama have image processors of their own."""
    name = {28: "qwen2.5-vl-7b", 32: "qwen3-vl-8b"}[side]
    images = 15 * max(1, width // side) * max(1, height // side)
    tokens = images + len(messages().text) // 6
    assert isinstance(audited(find_card(QWEN | {"use": name}), tokens, (width, height)), Reply)


def test_a_server_without_tiles_is_honest():
    card = find_card(QWEN | {"use": "internvl3-8b"})
    assert isinstance(audited(card, 15 * 256 + 300), Reply)
    assert isinstance(audited(card, 7 * 256 + 300), Failure)


@pytest.mark.parametrize(
    "changes",
    [
        {"image_tokens": None},
        {"extra_body": {"mm_processor_kwargs": {"max_pixels": 50176}}},
        {"engine": "vllm", "server_args": ["--mm-processor-kwargs", "{}"], "crops": None},
        {"frames_as": "video/mp4", "video_tokens": None},
        {"engine": "transformers"},
    ],
    ids=["no formula", "processor set", "server's processor set", "no video formula", "in process"],
)
def test_nothing_is_said_where_nothing_is_known(changes):
    entry = QWEN | changes
    if entry["engine"] != "openai":
        entry = {name: entry[name] for name in entry if name not in ("model", "base_url")}
    assert isinstance(audited(find_card(entry), 100), Reply)


def test_nothing_is_said_of_gemini_where_it_samples_or_resizes_itself():
    images = {"use": "gemini-2.5-flash", "frames_as": "images"}
    assert isinstance(audited(find_card("gemini-2.5-flash"), 100), Reply)
    assert isinstance(audited(find_card(images | {"media_resolution": "low"}), 100), Reply)
    assert isinstance(audited(find_card(images), 100), Failure)


@pytest.mark.parametrize("tokens", [None, 0])
def test_an_endpoint_that_counts_nothing_is_believed(tokens):
    assert isinstance(audited(find_card(QWEN), tokens), Reply)


def test_tokens_from_a_cache_were_read_too():
    """Bedrock counts them apart, OpenAI among those of the prompt."""
    reply = Reply("k", "None.", prompt_tokens=500, cached_tokens=8000)
    assert audit_prompt(find_card(QWEN), messages(), lambda: HD, reply) is reply


def test_frames_that_the_engine_left_out_are_not_missed():
    lowered = lowered_frames(messages(), subsample_frames(messages(), 4))
    assert lowered == ("frames 15 to 4",)
    four = find_card(QWEN).image_tokens.prompt_tokens(*HD, 4)
    assert isinstance(audited(find_card(QWEN), four, lowered=lowered), Reply)
    assert isinstance(audited(find_card(QWEN), four // 2, lowered=lowered), Failure)
    assert isinstance(audited(find_card(QWEN), 100, lowered=("height 480 to 240",)), Reply)


def test_frames_that_are_sent_smaller_are_counted_so():
    small = find_card(QWEN | {"max_pixels": 398 * 224})
    tokens = small.image_tokens.prompt_tokens(398, 224, 15)
    assert isinstance(audited(small, tokens), Reply)
    assert isinstance(audited(find_card(QWEN), tokens), Failure)


def test_a_failure_stays_what_it_is():
    failure = Failure("k", FailureReason.ENGINE, "it went away", prompt_tokens=3)
    found = audit_prompt(find_card(QWEN), messages(), lambda: HD, failure)
    assert found is failure
