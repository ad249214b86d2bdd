"""Every shipped card, through every engine that it allows: what is declared is sent, or refused.

The names on the wire are written down here from the documentation of each API, apart from the
table of dialects that is under test.
"""

import io
import json
from dataclasses import replace

import pytest
from PIL import Image

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import ENGINES, Generation, LocalCard, Request, card_names, find_card
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.card_types.openai import OpenAICard
from touchline.models.engines.anthropic.message_format import message_body
from touchline.models.engines.bedrock import converse_arguments
from touchline.models.engines.gemini.chat import generation_config
from touchline.models.engines.ollama.chat import ollama_body
from touchline.models.engines.openai.chat import chat_body
from touchline.models.engines.served.engine import served_endpoint
from touchline.models.engines.transformers.generate_arguments import generate_arguments
from touchline.models.engines.transformers.scores.sampling import SeededSampler
from touchline.models.engines.worker.engine import asked_settings
from touchline.prompts import build_messages, load_template
from touchline.video import Window

VALUES = {
    "max_new_tokens": 77,
    "temperature": 0.7,
    "seed": 11,
    "repetition_penalty": 1.3,
    "top_p": 0.9,
    "top_k": 13,
    "min_p": 0.05,
    "min_tokens": 3,
    "presence_penalty": 0.25,
    "frequency_penalty": 0.5,
    "stop": ["END"],
    "num_beams": 2,
    "no_repeat_ngram_size": 4,
    "reasoning_effort": "low",
    "thinking_level": "low",
    "thinking_budget": 2048,
    "thinking_allowance": 1000,
}
OPENAI = {
    "max_new_tokens": "max_tokens",
    **{
        name: name
        for name in (
            *("temperature", "seed", "top_p", "presence_penalty", "frequency_penalty", "stop"),
        )
    },
}
SERVERS = {
    **OPENAI,
    **{name: name for name in ("top_k", "min_p", "repetition_penalty", "min_tokens")},
    "reasoning_effort": "reasoning_effort",
    "thinking_allowance": "max_tokens",
}
CONVERSE = {
    "max_new_tokens": "inferenceConfig.maxTokens",
    "temperature": "inferenceConfig.temperature",
    "top_p": "inferenceConfig.topP",
    "stop": "inferenceConfig.stopSequences",
}
GEMINI = {
    "max_new_tokens": "maxOutputTokens",
    "thinking_allowance": "maxOutputTokens",
    "temperature": "temperature",
    "seed": "seed",
    "top_p": "topP",
    "top_k": "topK",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "stop": "stopSequences",
}
_USUAL = ("max_new_tokens", "temperature", "seed", "top_p")
_MORE = (*_USUAL, "repetition_penalty", "num_beams")
WORKERS = {
    "videollama2": _USUAL,
    "f16": _MORE,
    "internvideo2": (*_MORE, "top_k"),
    "video_llama": (*_MORE, "top_k"),
    "internvideo2_5": (*_MORE, "top_k", "min_tokens"),
    "minicpm_v": (*_MORE, "top_k", "min_tokens"),
    "phi3_5_vision": (*_MORE, "top_k", "min_tokens", "no_repeat_ngram_size"),
}
"""What the makers' code takes; tests of the adapters say that it gets it."""

ON_THE_WIRE = {
    "openai": OPENAI,
    "openai-reasoning": {
        "max_new_tokens": "max_completion_tokens",
        "thinking_allowance": "max_completion_tokens",
        "reasoning_effort": "reasoning_effort",
    },
    "mistral": {**OPENAI, "seed": "random_seed"},
    "ollama": {
        **OPENAI,
        "reasoning_effort": "reasoning_effort",
        "thinking_allowance": "max_tokens",
    },
    "ollama-native": {
        **{
            name: f"options.{name}"
            for name in (
                *("temperature", "seed", "top_p", "top_k", "min_p"),
                *("presence_penalty", "frequency_penalty", "stop"),
            )
        },
        "repetition_penalty": "options.repeat_penalty",
        "max_new_tokens": "options.num_predict",
        "thinking_allowance": "options.num_predict",
    },
    "openrouter": {
        **OPENAI,
        **{name: name for name in ("top_k", "min_p", "repetition_penalty")},
        "reasoning_effort": "reasoning.effort",
        "thinking_budget": "reasoning.max_tokens",
        "thinking_allowance": "max_tokens",
    },
    "vllm": {**SERVERS, "thinking_budget": "thinking_token_budget"},
    "sglang": SERVERS,
    "transformers-serve": {
        "max_new_tokens": "max_tokens",
        "thinking_allowance": "max_tokens",
        "temperature": "temperature",
        "seed": "seed",
        "stop": "stop",
        "min_tokens": "generation_config.min_new_tokens",
        **{
            name: f"generation_config.{name}"
            for name in (
                *("top_p", "top_k", "min_p", "repetition_penalty"),
                *("num_beams", "no_repeat_ngram_size"),
            )
        },
    },
    "gemini": {**GEMINI, "thinking_budget": "thinkingConfig.thinkingBudget"},
    "gemini-3": {**GEMINI, "thinking_level": "thinkingConfig.thinkingLevel"},
    "anthropic": {
        "max_new_tokens": "max_tokens",
        "thinking_allowance": "max_tokens",
        "stop": "stop_sequences",
        "reasoning_effort": "output_config.effort",
    },
    "anthropic-budget": {
        "max_new_tokens": "max_tokens",
        "thinking_allowance": "max_tokens",
        **{name: name for name in ("temperature", "top_p", "top_k")},
        "stop": "stop_sequences",
        "thinking_budget": "thinking.budget_tokens",
    },
    "converse": CONVERSE,
    "nova": {**CONVERSE, "top_k": "additionalModelRequestFields.inferenceConfig.topK"},
    "nova-2": {
        **CONVERSE,
        "top_k": "additionalModelRequestFields.inferenceConfig.topK",
        "reasoning_effort": "additionalModelRequestFields.reasoningConfig.maxReasoningEffort",
        "thinking_allowance": "inferenceConfig.maxTokens",
    },
    "claude": {
        **CONVERSE,
        "top_k": "additionalModelRequestFields.top_k",
        "thinking_budget": "additionalModelRequestFields.thinking.budget_tokens",
        "thinking_allowance": "inferenceConfig.maxTokens",
    },
    "claude-effort": {
        "max_new_tokens": "inferenceConfig.maxTokens",
        "thinking_allowance": "inferenceConfig.maxTokens",
        "stop": "inferenceConfig.stopSequences",
        "reasoning_effort": "outputConfig.effort",
    },
    "transformers": {
        name: name
        for name in (
            *("max_new_tokens", "temperature", "seed", "repetition_penalty", "top_p", "top_k"),
            *("min_p", "min_tokens", "stop", "num_beams", "no_repeat_ngram_size"),
        )
    }
    | {"thinking_allowance": "max_new_tokens"},
    **{f"worker/{name}": {one: one for one in settings} for name, settings in WORKERS.items()},
    "baseline": {},
    "baseline/random": {"seed": "seed"},
    "hybrid": {},
}

WITHOUT_SETTINGS = {"baseline", "hybrid"}
"""Engines that generate no text, so that hardly any setting or none applies."""

BESIDE = {
    "num_beams": {"temperature": 0},
    "thinking_budget": {"temperature": None, "reasoning_effort": None},
}
"""What a setting needs beside it, where greedy is not possible or not allowed."""


def jpeg():
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24)).save(buffer, "JPEG")
    return buffer.getvalue()


FRAMES = [jpeg()] * 2


def request(card):
    window = Window("g", 1, 0, 9, 0, 3000, (0, 200))
    asked = build_messages(window, load_template("base.v1", SOCCERNET_V2))
    return Request("k", window, asked, lambda: FRAMES, card.generation)


def spoken(card):
    """The name in `ON_THE_WIRE` of how a card is asked."""
    kind = {"baseline": "baseline/random" if card.name == "baseline/random" else "baseline"}
    if card.engine == "worker":
        return f"worker/{card.adapter}"
    return getattr(card, "dialect", kind.get(card.engine, card.engine))


def captured(card):
    """What is sent, or given to `generate`, for a card; flat, with dots between levels."""
    asked = request(card)
    here = {
        "baseline": lambda: {"seed": asked.generation.seed},
        "hybrid": dict,
        "transformers": lambda: generated(asked),
        "worker": lambda: asked_settings(card, asked),
    }
    if card.engine in here:
        return here[card.engine]()
    if card.engine == "gemini":
        config = generation_config(card, asked)
        return flat(config.model_dump(mode="json", by_alias=True, exclude_none=True))
    bodies = {
        "anthropic": message_body,
        "ollama": ollama_body,
        "bedrock": converse_arguments,
    }
    if card.engine in bodies:
        return flat(bodies[card.engine](card, asked, FRAMES))
    endpoint = card if isinstance(card, OpenAICard) else served_endpoint(card, "http://h/v1", "m")
    body = json.loads(json.dumps(chat_body(endpoint, asked, FRAMES)))
    if "generation_config" in body:
        body["generation_config"] = json.loads(body["generation_config"])
    return flat(body)


def generated(asked):
    """The arguments of `generate`, and what the sampler that is passed to it does."""
    import torch

    settings = asked.generation
    arguments = generate_arguments(settings, settings.stop or (), "the tokenizer")
    found = {**arguments, "min_tokens": arguments.get("min_new_tokens")}
    found["stop"] = arguments.get("stop_strings")
    if not settings.temperature:  # greedy: `generate` draws nothing, so that no seed matters
        assert arguments["do_sample"] is False
        found["temperature"], found["seed"] = settings.temperature, settings.seed
    else:
        sampler = SeededSampler([asked], torch.device("cpu"))
        (found["temperature"],) = sampler._temperatures
        found["seed"] = settings.seed if is_seeded(asked, sampler) else "another one"
        for warper in sampler._warpers:
            found |= {
                name: value
                for name, value in vars(warper).items()
                if name in ("top_k", "top_p", "min_p")
            }
    return found


def is_seeded(asked, sampler):
    """Whether a sampler draws by the seed of a request: the same again, and others by another."""
    import torch

    def drawn(one):
        return [generator.initial_seed() for generator in one._generators]

    device = torch.device("cpu")
    other = asked.generation.model_copy(update={"seed": (asked.generation.seed or 0) + 1})
    again = SeededSampler([asked], device)
    changed = SeededSampler([replace(asked, generation=other)], device)
    return drawn(sampler) == drawn(again) != drawn(changed)


def flat(values, at=""):
    found = {}
    for name, value in values.items():
        place = f"{at}{name}"
        found |= flat(value, f"{place}.") if isinstance(value, dict) else {place: value}
    return found


def engines_of(name):
    card = find_card(name)
    if isinstance(card, LocalCard):
        own = ("worker",) if card.engine == "worker" else ()
        if card.engine == "transformers" and card.adapter is not None:
            return ("transformers", "vllm")  # the others serve no adapters, and refuse the card
        return (*own, "transformers", "vllm", "sglang", "transformers-serve")
    return (card.engine,)


PAIRS = [(name, engine) for name in card_names() for engine in engines_of(name)]


def through(name, engine, **settings):
    """A shipped card through one of its engines, with more settings; crops are the engine's own."""
    entry = {"use": name, "engine": engine, "generation": settings}
    own = find_card(name).engine == engine
    return find_card(entry if own else entry | {"crops": None})


def wanted(card, setting, value):
    """What stands in the request for a setting: the limit counts thoughts where they are paid."""
    settings = card.generation
    if setting in ("max_new_tokens", "thinking_allowance"):
        thoughts = settings.thinking_allowance
        return settings.max_new_tokens + (thoughts or 0)
    return value


@pytest.mark.parametrize(("name", "engine"), PAIRS)
def test_what_a_shipped_card_declares_is_sent(name, engine):
    card = through(name, engine)
    sent, places = captured(card), ON_THE_WIRE[spoken(card)]
    declared = card.facts()["generation"]
    assert declared.keys() - {"samples"} <= places.keys()
    for setting, value in declared.items():
        neutral = setting == "repetition_penalty" and value == 1.0
        if setting != "samples" and not neutral:
            found = sent[places[setting]]
            # An enumeration of Google's SDK is in capitals.
            found = found.lower() if setting == "thinking_level" else found
            assert found == wanted(card, setting, value), setting


def test_no_pair_is_compared_with_nothing():
    """The comparison above is about something: for each pair, and for each setting anywhere.

    No shipped card is asked through Ollama's own API; its dialect is compared below.
    """
    asked = [(name, engine) for name, engine in PAIRS if engine not in WITHOUT_SETTINGS]
    assert len(asked) > 100
    compared = {}
    for name, engine in asked:
        declared = through(name, engine).facts()["generation"].keys() - {"samples"}
        assert "max_new_tokens" in declared, (name, engine)
        compared[name, engine] = declared
    assert {engine for _, engine in asked} == set(ENGINES.names()) - WITHOUT_SETTINGS - {"ollama"}
    reachable = {setting for places in ON_THE_WIRE.values() for setting in places}
    assert reachable == VALUES.keys() == Generation.model_fields.keys() - {"samples"}


@pytest.mark.parametrize(("name", "engine"), PAIRS)
def test_any_setting_of_a_shipped_card_is_sent_or_refused(name, engine):
    places = ON_THE_WIRE[spoken(through(name, engine))]
    for setting, value in VALUES.items():
        settings = beside(setting, places) | {setting: value}
        if setting in places:
            assert is_sent(through(name, engine, **settings), setting), setting
            continue
        with pytest.raises(UserError) as refused:
            through(name, engine, **settings)
        assert setting in str(refused.value)
        assert engine in str(refused.value)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_any_setting_in_any_dialect_is_sent_or_refused(dialect):
    """Also in those that no shipped card speaks."""
    engine, places = DIALECTS[dialect].protocol, ON_THE_WIRE[dialect]
    for setting, value in VALUES.items():
        card = {"name": "x", "engine": engine, "model": "m", "dialect": dialect}
        card |= {"context_tokens": 8192} if engine == "ollama" else {}
        entry = card | {"generation": beside(setting, places) | {setting: value}}
        if setting in places:
            assert is_sent(find_card(entry), setting), setting
            continue
        with pytest.raises(UserError, match=f"the setting {setting} does not reach the model"):
            find_card(entry)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_setting_of_null_is_not_in_the_request(dialect):
    left_out = Generation(temperature=None, seed=None, repetition_penalty=None)
    sent = flat(DIALECTS[dialect].request(left_out))
    sent.pop("generation_config", None)
    for constant in DIALECTS[dialect].constants:  # what switches off the server's own default
        sent.pop(constant, None)
    limit = ON_THE_WIRE[dialect]["max_new_tokens"]
    assert [place.replace("max_output_tokens", "maxOutputTokens") for place in sent] == [limit]


def test_generate_is_not_given_what_is_left_out():
    left_out = Generation(temperature=None, seed=None, repetition_penalty=None)
    assert generate_arguments(left_out, (), None) == {"max_new_tokens": 256, "do_sample": False}


def beside(setting, places):
    """What a setting needs beside it, where the engine has it."""
    if setting == "top_p" and places is ON_THE_WIRE["anthropic-budget"]:
        return {"temperature": None}
    return BESIDE.get(setting, {"temperature": 0.7}) if "temperature" in places else {}


def is_sent(card, setting):
    sent = captured(card)[ON_THE_WIRE[spoken(card)][setting]]
    if setting == "thinking_level":  # an enumeration of the SDK, in capitals
        sent = sent.lower()
    return sent == wanted(card, setting, VALUES[setting])
