"""Ollama's chats as plain values: the body of a request, and the reply in a response.

Source: https://docs.ollama.com/api/chat; `ChatRequest` and `ChatResponse` in ollama/api/types.go,
which also have `truncate`, `shift` and `logprobs`.
"""

import base64
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from touchline.errors import UserError
from touchline.models.api_keys import redact
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.card_types.ollama import OllamaCard
from touchline.models.engines.images import smaller_jpeg
from touchline.models.frame_subsampling import shown_frames
from touchline.models.types import Failure, FailureReason, Reply, Request, ServedBy
from touchline.prompts import Image, Messages


def ollama_body(card: OllamaCard, request: Request, frames: Sequence[bytes]) -> dict[str, Any]:
    """The JSON body that asks for one answer.

    Args:
        card: the model, and how frames are sent to it.
        request: the question.
        frames: JPEG file of each frame that the messages name, in order.

    Returns:
        A body for `POST /api/chat`.

    Raises:
        UserError: the prompt has text before an image, which Ollama would move behind it.
    """
    _check_order(card, request.messages)
    jpegs = [smaller_jpeg(frames[n], None, card.max_pixels) for n in shown_frames(request.messages)]
    images = [base64.b64encode(jpeg).decode("ascii") for jpeg in jpegs]
    asked = {"role": "user", "content": request.messages.text, "images": images}
    system = request.messages.system
    body = DIALECTS[card.dialect].request(request.generation)
    body["options"]["num_ctx"] = card.context
    body |= {
        "model": card.model,
        "messages": [{"role": "system", "content": system}, asked] if system else [asked],
        "stream": False,
        "truncate": False,
        "shift": False,
    }
    if card.structured and request.messages.schema is not None:
        body["format"] = request.messages.schema.to_json()
    if card.think is not None:
        body["think"] = card.think
    if card.logprobs:
        body["logprobs"] = True
    return body


def read_chat(key: str, response: Any, seconds: float) -> Reply | Failure:
    """The reply in a decoded response.

    Args:
        key: of the request.
        response: the decoded JSON of the response's body, whatever it is.
        seconds: the time until the answer.

    Returns:
        A reply; a failure where there is no message, or the answer is not complete.
    """
    if not isinstance(response, Mapping):
        return Failure(key, FailureReason.ENGINE, "the reply is not a JSON object", seconds)
    message = response.get("message")
    if not isinstance(message, Mapping):
        said = f": {response['error']}" if response.get("error") else ""
        return Failure(
            key, FailureReason.ENGINE, redact(f"the reply has no message{said}")[:500], seconds
        )
    if response.get("done") is not True:
        return Failure(key, FailureReason.ENGINE, "the reply broke off before its end", seconds)
    text = message.get("content")
    others = ((name, message.get(name)) for name in ("thinking", "tool_calls"))
    return Reply(
        key=key,
        text=text if isinstance(text, str) else "",
        finish_reason=response.get("done_reason"),
        seconds=seconds,
        prompt_tokens=response.get("prompt_eval_count"),
        completion_tokens=response.get("eval_count"),
        tokens=_tokens(response.get("logprobs")),
        served=ServedBy(model=response.get("model")),
        other_fields=tuple((name, str(value)) for name, value in others if value),
    )


def _check_order(card: OllamaCard, messages: Messages) -> None:
    """Ollama gives the images of a message first, wherever its text wants them."""
    kinds = [isinstance(part, Image) for part in messages.parts]
    if any(not before and after for before, after in pairwise(kinds)):
        raise UserError(
            f"model '{card.name}': prompt '{messages.template}' has text before images, and Ollama "
            "puts images first: use another prompt or engine."
        )


def _tokens(logprobs: Any) -> Any:
    """Text and log-probability of each token; `Reply` checks them."""
    if not isinstance(logprobs, list):
        return ()
    found = [one for one in logprobs if isinstance(one, Mapping)]
    return tuple((one.get("token"), one.get("logprob")) for one in found)
