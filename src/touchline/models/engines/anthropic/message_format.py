"""Anthropic's Messages as plain values: the body of a request, and the reply in a response.

Source: https://platform.claude.com/docs/en/api/messages (checked in November 2026).
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from touchline.models.answers.answer_checks import dump_json
from touchline.models.answers.finish_reasons import Ending, ending_of
from touchline.models.card_types.anthropic import AnthropicCard
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.engines.images import smaller_jpeg
from touchline.models.types import Failure, FailureReason, Reply, Request, ServedBy
from touchline.prompts import AnswerSchema, Image

_COUNTED = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
"""The parts of a prompt's tokens: new ones, those written to the cache, and those read from it."""

_SILENT = {"text", "redacted_thinking"}
"""Kinds of blocks that are the answer, or say nothing that can be read."""


def message_body(card: AnthropicCard, request: Request, frames: Sequence[bytes]) -> dict[str, Any]:
    """The JSON body that asks for one message.

    Args:
        card: the model, and how frames are sent to it.
        request: the question.
        frames: JPEG file of each frame that the messages name, in order.

    Returns:
        A body for `POST /v1/messages`.
    """
    content = [
        _image(smaller_jpeg(frames[part.frame], None, card.max_pixels))
        if isinstance(part, Image)
        else {"type": "text", "text": part.text}
        for part in request.messages.parts
    ]
    body: dict[str, Any] = {
        "model": card.model,
        "messages": [{"role": "user", "content": content}],
        **DIALECTS[card.dialect].request(request.generation),
    }
    if request.messages.system:
        body["system"] = request.messages.system
    if card.thinking is not None:
        body["thinking"] = {"type": card.thinking}
    schema = request.messages.schema
    if card.structured is not None and schema is not None:
        _constrain(body, card.structured, schema)
    return body


def read_message(key: str, message: Any, seconds: float) -> Reply | Failure:
    """The reply in a decoded message.

    Args:
        key: of the request.
        message: the decoded JSON of the response's body, whatever it is.
        seconds: the time until the answer.

    Returns:
        A reply; a failure where there is no message, or an error ended it. The input of a tool
        that was called is the text of the answer where there is no other.
    """
    blocks = message.get("content") if isinstance(message, Mapping) else None
    if not isinstance(blocks, list):
        return Failure(key, FailureReason.ENGINE, "the response has no message", seconds)
    blocks = [block for block in blocks if isinstance(block, Mapping)]
    usage = message.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    details = usage.get("output_tokens_details")
    reply = Reply(
        key=key,
        text=_text(blocks),
        finish_reason=message.get("stop_reason"),
        seconds=seconds,
        prompt_tokens=_prompt_tokens(usage),
        completion_tokens=usage.get("output_tokens"),
        served=ServedBy(
            model=message.get("model"),
            response_id=message.get("id"),
            service_tier=usage.get("service_tier"),
        ),
        cached_tokens=usage.get("cache_read_input_tokens"),
        reasoning_tokens=details.get("thinking_tokens") if isinstance(details, Mapping) else None,
        other_fields=tuple(_other_fields(blocks)),
    )
    if ending_of(reply.finish_reason) is Ending.FAILED:
        said = f"the endpoint ended the answer with '{reply.finish_reason}'"
        return Failure(key, FailureReason.ENGINE, said, seconds)
    return reply


def _constrain(body: dict[str, Any], how: str, schema: AnswerSchema) -> None:
    """Makes a request ask for an answer in a schema."""
    if how == "json_schema":
        form = {"type": "json_schema", "schema": schema.to_json()}
        body["output_config"] = {**body.get("output_config", {}), "format": form}
        return
    tool = {
        "name": schema.name,
        "description": "Takes the answer.",
        "input_schema": schema.to_json(),
    }
    body["tools"] = [tool]
    body["tool_choice"] = {
        "type": "tool",
        "name": schema.name,
        "disable_parallel_tool_use": True,
    }


def _image(jpeg: bytes) -> dict[str, Any]:
    data = base64.b64encode(jpeg).decode("ascii")
    return {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": data}}


def _prompt_tokens(usage: Mapping[str, Any]) -> Any:
    """All tokens of the prompt; as the endpoint wrote them where they are no numbers."""
    counts = [usage[name] for name in _COUNTED if usage.get(name) is not None]
    if not counts or "input_tokens" not in usage:
        return None
    whole = all(type(count) is int for count in counts)
    return sum(counts) if whole and min(counts) >= 0 else usage["input_tokens"]


def _text(blocks: Sequence[Mapping[str, Any]]) -> str:
    """The text of a message, or what it gave to a tool."""
    texts = [block.get("text") for block in blocks if block.get("type") == "text"]
    text = "".join(one for one in texts if isinstance(one, str))
    calls = [block.get("input") for block in blocks if block.get("type") == "tool_use"]
    if text.strip() or not calls:
        return text
    return "\n".join(json.dumps(call, ensure_ascii=False) for call in calls)


def _other_fields(blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Thoughts, calls of tools, and whatever else stands beside the answer."""
    for block in blocks:
        kind = str(block.get("type"))
        thought = block.get("thinking")
        if kind == "thinking" and isinstance(thought, str):
            if thought:
                yield kind, thought
        elif kind not in _SILENT:
            yield kind, dump_json(dict(block))
