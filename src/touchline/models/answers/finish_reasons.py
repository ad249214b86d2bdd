"""What the finish reasons of all protocols mean: one table, read without regard to case.

Sources, checked in November 2026:
    OpenAI: https://platform.openai.com/docs/api-reference/chat/object
    OpenRouter: https://openrouter.ai/docs/api/reference/overview (normalized, and `error`)
    vLLM: `FINISH_REASON_STRINGS` in vllm/v1/engine/__init__.py
    SGLang: `BaseFinishReason` in sglang/srt/managers/schedule_batch.py
    TGI: the `FinishReason` of its OpenAPI description
    Mistral: https://docs.mistral.ai/api/#tag/chat
    DeepSeek: https://api-docs.deepseek.com/api/create-chat-completion
    GLM: https://docs.z.ai/api-reference/llm/chat-completion
    Cohere: https://docs.cohere.com/reference/chat
    Anthropic: https://docs.anthropic.com/en/api/handling-stop-reasons
    Gemini: `FinishReason` and `BlockedReason` of google-genai
    Bedrock: `StopReason` of botocore's model of Converse
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class Ending(StrEnum):
    """How an answer ended.

    COMPLETE: by the model. TRUNCATED: it was cut, and what stands before the cut may be read.
    REFUSED: the endpoint declined. FAILED: an error ended it; it is no answer, and is asked again.
    """

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    FAILED = "failed"


_BY_PROTOCOL: Mapping[str, Mapping[Ending, str]] = {
    "openai": {
        Ending.COMPLETE: "stop tool_calls function_call",
        Ending.TRUNCATED: "length",
        Ending.REFUSED: "content_filter",
    },
    "openrouter": {Ending.FAILED: "error"},
    "vllm": {Ending.TRUNCATED: "repetition", Ending.FAILED: "abort error"},
    "sglang": {Ending.COMPLETE: "matched_eos", Ending.FAILED: "abort"},
    "tgi": {Ending.COMPLETE: "eos_token stop_sequence"},
    "ollama": {Ending.FAILED: "load unload"},
    "mistral": {Ending.TRUNCATED: "model_length", Ending.FAILED: "error"},
    "deepseek": {Ending.FAILED: "insufficient_system_resource"},
    "glm": {Ending.REFUSED: "sensitive", Ending.FAILED: "network_error"},
    "cohere": {
        Ending.COMPLETE: "complete tool_call",
        Ending.TRUNCATED: "max_tokens error_limit",
        Ending.REFUSED: "error_toxic",
        Ending.FAILED: "error timeout user_cancel",
    },
    "anthropic": {
        Ending.COMPLETE: "end_turn stop_sequence tool_use",
        Ending.TRUNCATED: "max_tokens model_context_window_exceeded pause_turn",
        Ending.REFUSED: "refusal",
    },
    "gemini": {
        Ending.COMPLETE: "stop",
        Ending.TRUNCATED: (
            "max_tokens other language malformed_response malformed_function_call image_other "
            "no_image unexpected_tool_call too_many_tool_calls missing_thought_signature "
            "continuation escalation pup_limited_disabled"
        ),
        Ending.REFUSED: (
            "safety recitation blocklist prohibited_content spii image_safety jailbreak "
            "image_prohibited_content image_recitation model_armor"
        ),
    },
    "bedrock": {
        Ending.COMPLETE: "end_turn stop_sequence tool_use",
        Ending.TRUNCATED: (
            "max_tokens model_context_window_exceeded malformed_model_output malformed_tool_use"
        ),
        Ending.REFUSED: "content_filtered guardrail_intervened",
    },
    "others": {Ending.TRUNCATED: "max_token max_length max_output_tokens"},
}
"""The reasons of each protocol, in lower case. No reason means two things in two protocols, so a
journal need not say which protocol its reasons are from."""

_ENDINGS = {
    reason: ending
    for endings in _BY_PROTOCOL.values()
    for ending, reasons in endings.items()
    for reason in reasons.split()
}

_NO_ROOM = re.compile(r"length|max.?(?:output.?)?token|token.?limit|truncat|context")
_UNKNOWN = (
    (Ending.REFUSED, re.compile(r"filter|safety|block|prohibit|moderat|refus|guardrail|policy")),
    (Ending.TRUNCATED, _NO_ROOM),
    (
        Ending.FAILED,
        re.compile(r"error|abort|fail|cancel|timeout|timed.?out|exception|network|unavailable"),
    ),
)
"""What a reason that is in no table probably means, by the words in it."""


def ending_of(finish_reason: str | None) -> Ending | None:
    """How an answer ended, by its finish reason.

    Args:
        finish_reason: as the endpoint gave it; upper and lower case, "-" and "_" count alike.

    Returns:
        The ending; None where there is no reason, or one that says nothing: then the text decides.

    >>> ending_of("MAX_TOKENS"), ending_of("network_error"), ending_of("unheard of")
    (<Ending.TRUNCATED: 'truncated'>, <Ending.FAILED: 'failed'>, None)
    """
    reason = _normalized(finish_reason)
    if reason in _ENDINGS:
        return _ENDINGS[reason]
    return next((ending for ending, words in _UNKNOWN if words.search(reason)), None)


def ran_out_of_tokens(finish_reason: str | None) -> bool:
    """Whether an answer ended because it could not be longer.

    >>> ran_out_of_tokens("MAX_TOKENS"), ran_out_of_tokens("MALFORMED_FUNCTION_CALL")
    (True, False)
    """
    return _NO_ROOM.search(_normalized(finish_reason)) is not None


def _normalized(finish_reason: str | None) -> str:
    reason = (finish_reason or "").strip().casefold().replace("-", "_").replace(" ", "_")
    return reason.removeprefix("finish_reason_")
