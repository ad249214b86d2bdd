"""Dialects: how APIs name the generation settings, and which of them they have.

A dialect is data. It says where in a request each setting stands; what it does not list does not
reach the model, so a card that sets it is refused. Endpoints that speak the same protocol differ
in their dialect: OpenAI's reasoning models refuse `temperature` and `max_tokens`, which every
other chat model takes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import AfterValidator

from touchline.models.generation import Generation

NEUTRAL = {"repetition_penalty": 1.0}
"""Values that ask for nothing; they are sent only in dialects that list them in `always`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Where the settings stand in a request.

    Attributes:
        protocol: the engine whose requests these are.
        places: the place of each setting that reaches the model, with dots between levels.
        beside: constants that a setting needs beside it, by their places.
        always: settings that are sent even where they are neutral, because a server may have
            another default.
        constants: what every request says, by place; settings replace it.
        encoded: a part of the request that is sent as a string of JSON.
        without: settings that cannot be set beside another one.
        thinks: whether models behind it may think; their thoughts count against the limit that is
            sent, so it is raised by the thinking allowance.
        source: where that is documented.
    """

    protocol: str
    places: Mapping[str, str]
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    always: frozenset[str] = frozenset()
    constants: Mapping[str, Any] = field(default_factory=dict)
    encoded: str | None = None
    without: Mapping[str, frozenset[str]] = field(default_factory=dict)
    thinks: bool = False
    source: str = ""

    @property
    def settings(self) -> frozenset[str]:
        """The settings that reach the model."""
        return frozenset(self.places) | ({"thinking_allowance"} if self.thinks else frozenset())

    def request(self, generation: Generation) -> dict[str, Any]:
        """The part of a request that holds the settings, nested by their places.

        >>> DIALECTS["openai-reasoning"].request(Generation(thinking_allowance=2000))
        {'max_completion_tokens': 2256}
        """
        found: dict[str, Any] = {}
        for place, constant in self.constants.items():
            _put(found, place, constant)
        for name, place in self.places.items():
            value = _value(generation, name)
            if value is None or (value == NEUTRAL.get(name) and name not in self.always):
                continue
            _put(found, place, value)
            for other, constant in self.beside.get(name, {}).items():
                _put(found, other, constant)
        if self.encoded is not None:
            found[self.encoded] = json.dumps(found[self.encoded], sort_keys=True)
        return found

    def conflict(self, generation: Generation) -> tuple[str, str] | None:
        """Two settings of which this dialect takes only one, or None."""
        for name, others in self.without.items():
            if _value(generation, name) is not None:
                for other in sorted(others):
                    if _value(generation, other) is not None:
                        return other, name
        return None


def _value(generation: Generation, name: str) -> Any:
    """A setting as JSON; the limit counts thoughts too."""
    if name == "max_new_tokens":
        return generation.most_tokens
    value = getattr(generation, name)
    return list(value) if isinstance(value, tuple) else value


def _put(values: dict[str, Any], place: str, value: Any) -> None:
    *levels, last = place.split(".")
    for level in levels:
        values = values.setdefault(level, {})
    values[last] = value


def _openai(**more: str) -> dict[str, str]:
    """What nearly all chat completions have, under the names of OpenAI."""
    names = ("temperature", "seed", "top_p", "presence_penalty", "frequency_penalty", "stop")
    return {**_same(*names), "max_new_tokens": "max_tokens", **more}


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_SAMPLING = _same("top_k", "min_p", "repetition_penalty")
_CONVERSE = {
    "max_new_tokens": "inferenceConfig.maxTokens",
    "temperature": "inferenceConfig.temperature",
    "top_p": "inferenceConfig.topP",
    "stop": "inferenceConfig.stopSequences",
}
_GEMINI = {
    **_same("temperature", "seed", "top_p", "top_k", "presence_penalty", "frequency_penalty"),
    "max_new_tokens": "max_output_tokens",
    "stop": "stop_sequences",
}
_OLLAMA = {
    **{
        name: f"options.{name}"
        for name in (
            *("temperature", "seed", "top_p", "top_k", "min_p"),
            *("presence_penalty", "frequency_penalty", "stop"),
        )
    },
    "repetition_penalty": "options.repeat_penalty",
    "max_new_tokens": "options.num_predict",
}
_MORE = "additionalModelRequestFields"

DIALECTS: Mapping[str, Dialect] = {
    "openai": Dialect(
        protocol="openai",
        places=_openai(),
        source="https://platform.openai.com/docs/api-reference/chat",
    ),
    "openai-reasoning": Dialect(
        protocol="openai",
        places={
            "max_new_tokens": "max_completion_tokens",
            "reasoning_effort": "reasoning_effort",
        },
        thinks=True,
        source="https://platform.openai.com/docs/guides/reasoning: GPT-5 and later refuse "
        "temperature, top_p, penalties and max_tokens",
    ),
    "openrouter": Dialect(
        protocol="openai",
        places=_openai(
            **_SAMPLING, reasoning_effort="reasoning.effort", thinking_budget="reasoning.max_tokens"
        ),
        without={"thinking_budget": frozenset({"reasoning_effort"})},
        thinks=True,
        source="https://openrouter.ai/docs/api-reference/parameters",
    ),
    "mistral": Dialect(
        protocol="openai",
        places=_openai(seed="random_seed"),
        source="https://docs.mistral.ai/api: unknown fields are refused",
    ),
    "ollama": Dialect(
        protocol="openai",
        places=_openai(reasoning_effort="reasoning_effort"),
        thinks=True,
        source="https://docs.ollama.com/api/openai-compatibility: no field for more",
    ),
    "ollama-native": Dialect(
        protocol="ollama",
        places=_OLLAMA,
        always=frozenset({"repetition_penalty"}),
        constants={"options.top_k": 0, "options.top_p": 1.0, "options.min_p": 0.0},
        thinks=True,
        source="https://docs.ollama.com/api/chat and `Options` in ollama/api/types.go; the "
        "constants replace the sampling of the model's Modelfile",
    ),
    "vllm": Dialect(
        protocol="openai",
        places=_openai(
            **_SAMPLING,
            min_tokens="min_tokens",
            reasoning_effort="reasoning_effort",
            thinking_budget="thinking_token_budget",
        ),
        always=frozenset({"repetition_penalty"}),
        thinks=True,
        source="ChatCompletionRequest in vllm/entrypoints/openai, version 0.32",
    ),
    "sglang": Dialect(
        protocol="openai",
        places=_openai(**_SAMPLING, min_tokens="min_tokens", reasoning_effort="reasoning_effort"),
        always=frozenset({"repetition_penalty"}),
        thinks=True,
        source="ChatCompletionRequest in sglang/srt/entrypoints/openai, version 0.5",
    ),
    "transformers-serve": Dialect(
        protocol="openai",
        places={
            **_same("temperature", "seed", "stop"),
            "max_new_tokens": "max_tokens",
            "min_tokens": "generation_config.min_new_tokens",
            **{
                name: f"generation_config.{name}"
                for name in (*_SAMPLING, "top_p", "num_beams", "no_repeat_ngram_size")
            },
        },
        beside={"temperature": {"generation_config.do_sample": True}},
        always=frozenset({"repetition_penalty"}),
        constants={
            f"generation_config.{name}": value
            for name, value in {
                "do_sample": False,
                "min_new_tokens": 0,
                "top_k": 0,
                "top_p": 1.0,
                "num_beams": 1,
                "no_repeat_ngram_size": 0,
            }.items()
        },
        encoded="generation_config",
        thinks=True,
        source="transformers/cli/serving/chat_completion.py, version 5.23: it ignores "
        "presence_penalty, response_format and logprobs, and takes frequency_penalty for a "
        "repetition penalty",
    ),
    "gemini": Dialect(
        protocol="gemini",
        places={**_GEMINI, "thinking_budget": "thinking_config.thinking_budget"},
        thinks=True,
        source="https://ai.google.dev/gemini-api/docs/thinking, Gemini 2.5",
    ),
    "gemini-3": Dialect(
        protocol="gemini",
        places={**_GEMINI, "thinking_level": "thinking_config.thinking_level"},
        thinks=True,
        source="https://ai.google.dev/gemini-api/docs/thinking, Gemini 3 and later",
    ),
    "anthropic": Dialect(
        protocol="anthropic",
        places={
            "max_new_tokens": "max_tokens",
            "stop": "stop_sequences",
            "reasoning_effort": "output_config.effort",
        },
        thinks=True,
        source="https://platform.claude.com/docs/en/models/opus-5-5/migration-guide: Claude 4.7 "
        "and later refuse temperature, top_p, top_k and thinking budgets",
    ),
    "anthropic-budget": Dialect(
        protocol="anthropic",
        places={
            **_same("temperature", "top_p", "top_k"),
            "max_new_tokens": "max_tokens",
            "stop": "stop_sequences",
            "thinking_budget": "thinking.budget_tokens",
        },
        beside={"thinking_budget": {"thinking.type": "enabled"}},
        without={
            "thinking_budget": frozenset({"temperature", "top_k"}),
            "top_p": frozenset({"temperature"}),
        },
        thinks=True,
        source="https://platform.claude.com/docs/en/build-with-claude/extended-thinking, Claude "
        "4.5; temperature and top_p exclude each other there",
    ),
    "converse": Dialect(
        protocol="bedrock",
        places=_CONVERSE,
        source="https://docs.aws.amazon.com/bedrock/latest/APIReference/"
        "API_runtime_InferenceConfiguration.html",
    ),
    "nova": Dialect(
        protocol="bedrock",
        places={**_CONVERSE, "top_k": f"{_MORE}.inferenceConfig.topK"},
        source="https://docs.aws.amazon.com/nova/latest/userguide/using-converse-api.html",
    ),
    "nova-2": Dialect(
        protocol="bedrock",
        places={
            **_CONVERSE,
            "top_k": f"{_MORE}.inferenceConfig.topK",
            "reasoning_effort": f"{_MORE}.reasoningConfig.maxReasoningEffort",
        },
        beside={"reasoning_effort": {f"{_MORE}.reasoningConfig.type": "enabled"}},
        thinks=True,
        source="https://docs.aws.amazon.com/nova/latest/nova2-userguide/using-converse-api.html",
    ),
    "claude": Dialect(
        protocol="bedrock",
        places={
            **_CONVERSE,
            "top_k": f"{_MORE}.top_k",
            "thinking_budget": f"{_MORE}.thinking.budget_tokens",
        },
        beside={"thinking_budget": {f"{_MORE}.thinking.type": "enabled"}},
        without={"thinking_budget": frozenset({"temperature", "top_k"})},
        thinks=True,
        source="https://docs.aws.amazon.com/bedrock/latest/userguide/"
        "claude-messages-extended-thinking.html",
    ),
    "claude-effort": Dialect(
        protocol="bedrock",
        places={
            "max_new_tokens": _CONVERSE["max_new_tokens"],
            "stop": _CONVERSE["stop"],
            "reasoning_effort": "outputConfig.effort",
        },
        thinks=True,
        source="`OutputConfig` in botocore's model of Converse, version 1.44; Claude 4.7 and "
        "later, which refuse temperature, topP and thinking budgets",
    ),
}
"""Every dialect by the name that cards write under `dialect`."""


def known_dialect(protocol: str) -> AfterValidator:
    """A validator of the name of a dialect that an engine's requests may be in."""

    def check(name: str) -> str:
        if name not in of_protocol(protocol):
            raise ValueError(f"dialects of this engine are {', '.join(of_protocol(protocol))}")
        return name

    return AfterValidator(check)


def of_protocol(protocol: str) -> list[str]:
    """Names of the dialects that an engine's requests may be in."""
    return [name for name, one in DIALECTS.items() if one.protocol == protocol]


def dialects_with(setting: str, protocol: str) -> list[str]:
    """Names of an engine's dialects that have a setting."""
    return [name for name in of_protocol(protocol) if setting in DIALECTS[name].settings]
