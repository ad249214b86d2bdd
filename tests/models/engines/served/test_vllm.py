"""What a real vLLM makes of what it is sent: frames as a video with their times, and settings."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace
from urllib.request import Request as Post, urlopen

import pytest
from transformers import AutoTokenizer

from tests.families.building import build
from tests.support.asking import engine, request
from tests.support.vllm import ARGUMENTS, ENVIRONMENT, vllm_program
from touchline.models import Generation, find_card, load_engine
from touchline.models.engines.openai.chat import chat_body
from touchline.models.engines.served.engine import served_endpoint

pytestmark = pytest.mark.slow

UNEVEN_MS = (10_000, 10_300, 10_500, 13_000)
MANY_MS = tuple(range(10_000, 14_000, 100))
"""More than the 32 frames that vLLM keeps of a video unless it is told otherwise."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A tiny Qwen3-VL behind vLLM: the folder, its card, the engine."""
    program = vllm_program()
    family = SimpleNamespace(
        build=("qwen_families", "qwen3_vl_for_vllm"),
        model_class="Qwen3VLForConditionalGeneration",
    )
    folder = build(family, tmp_path_factory.mktemp("vllm") / "checkpoint")
    card = find_card(
        {
            "name": "tiny",
            "engine": "vllm",
            "checkpoint": str(folder),
            "program": program,
            "precision": "float32",
            "frames_as": "video/jpeg",
            "logprobs": True,
            "server_args": list(ARGUMENTS),
            "server_env": ENVIRONMENT,
        }
    )
    loaded = load_engine(card)
    yield SimpleNamespace(folder=folder, card=card, engine=loaded)
    loaded.close()


def asked(times_ms):
    whole = request(0, frames=len(times_ms))
    window = replace(whole.window, start_ms=10_000, end_ms=15_000, frame_times_ms=times_ms)
    return replace(whole, window=window)


def answered(served, one, **extra):
    """What the server answers to the body that touchline makes, with something more in it."""
    (server,) = served.engine._servers
    endpoint = served_endpoint(served.card, server.base_url, server.served_name)
    sent = json.dumps(chat_body(endpoint, one, one.read_frames()) | extra).encode()
    headers = {"Content-Type": "application/json"}
    with urlopen(Post(f"{server.base_url}/chat/completions", sent, headers)) as answer:
        return json.load(answer)


def said_times(served, one):
    """The times that Qwen3-VL's prompt has for each pair of frames, read off its tokens."""
    words = AutoTokenizer.from_pretrained(served.folder)
    prompt = words.decode(answered(served, one, return_token_ids=True)["prompt_token_ids"])
    return re.findall(r"<([\d.]+) seconds>", prompt)


def text(served, **settings):
    one = replace(asked(UNEVEN_MS), generation=Generation(max_new_tokens=12, **settings))
    (reply,) = served.engine.replies([one])
    return reply.text


def test_every_frame_and_its_time_reach_the_model(served):
    here = engine(served.folder, video="native", frames_as="video")
    windows = [asked(UNEVEN_MS), asked(MANY_MS)]
    in_process = [reply.prompt_tokens for one in windows for reply in here.replies([one])]
    tokens = [reply.prompt_tokens for one in windows for reply in served.engine.replies([one])]
    assert tokens == in_process
    # Two frames at a time, with the mean of their times.
    assert said_times(served, windows[0]) == ["0.1", "1.8"]
    times = [float(time) for time in said_times(served, windows[1])]
    assert times == pytest.approx([0.05 + 0.2 * pair for pair in range(20)], abs=0.051)


def test_log_probabilities_come_for_every_token(served):
    (reply,) = served.engine.replies([asked(UNEVEN_MS)])
    assert len(reply.tokens) == reply.completion_tokens
    assert all(logprob <= 0 for _, logprob in reply.tokens)


def test_an_answer_keeps_to_a_schema(served):
    form = {"name": "one", "strict": True, "schema": {"type": "string", "enum": ["corner"]}}
    answer = answered(
        served,
        asked(UNEVEN_MS),
        response_format={"type": "json_schema", "json_schema": form},
        max_tokens=30,
    )
    assert json.loads(answer["choices"][0]["message"]["content"]) == "corner"


def test_a_seed_gives_the_same_answer_again(served):
    first, again, other = (text(served, temperature=1.5, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_penalty_of_repetitions_changes_the_answer(served):
    plain = text(served)
    assert text(served) == plain
    assert text(served, repetition_penalty=5.0) != plain


@pytest.mark.parametrize("penalty", ["presence_penalty", "frequency_penalty"])
def test_a_penalty_of_what_was_said_ends_its_repetition(penalty, served):
    """A model with random weights says one token again and again where that is preferred a bit."""

    def said(**settings):
        generation = Generation(max_new_tokens=12, **settings)
        one = replace(asked(UNEVEN_MS), generation=generation)
        answer = answered(served, one, logit_bias={"300": 1.0}, return_token_ids=True)
        return set(answer["choices"][0]["token_ids"])

    assert said() == {300}
    assert len(said(**{penalty: 2.0})) > 1
