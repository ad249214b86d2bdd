"""OpenAI's chat completions as plain values: the body of a request, and the reply in a completion.

Nothing here sends anything, so that a body can be used in a request, a batch file or a test.
"""

import base64
import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from touchline.errors import UserError
from touchline.models.answers.answer_checks import dump_json
from touchline.models.answers.finish_reasons import Ending, ending_of
from touchline.models.api_keys import redact
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.card_types.openai import OpenAICard, Provider
from touchline.models.card_types.video_forms import IMAGES, video_refusal
from touchline.models.engines.images import smaller_jpeg
from touchline.models.frame_subsampling import shown_frames
from touchline.models.types import Failure, FailureReason, Reply, Request, ServedBy
from touchline.models.video_metadata import video_metadata
from touchline.prompts import Image, Text

_OWN_FIELDS = {"role", "content", "refusal", "name", "annotations", "reasoning_details"}
"""Fields of a message that are its answer or say nothing. OpenRouter's `reasoning_details` repeat
its `reasoning`."""

_MOST_BYTES_A_TOKEN = 1024


def chat_body(card: OpenAICard, request: Request, frames: Sequence[bytes]) -> dict[str, Any]:
    """The JSON body that asks for one completion.

    Args:
        card: the model, and how frames are sent to it.
        request: the question.
        frames: JPEG file of each frame that the messages name, in order.

    Returns:
        A body for `POST /chat/completions`, `extra_body` included.
    """
    messages: list[dict[str, Any]] = [{"role": "user", "content": _content(card, request, frames)}]
    if request.messages.system:
        messages.insert(0, {"role": "system", "content": request.messages.system})
    dialect = DIALECTS[card.dialect]
    body: dict[str, Any] = {
        "model": card.model,
        "messages": messages,
        **dialect.request(request.generation),
        **_video_times(card, request),
    }
    if card.max_tokens_field is not None and request.generation.max_new_tokens is not None:
        body[card.max_tokens_field] = body.pop(dialect.places["max_new_tokens"])
    if card.dialect == "openrouter":
        body["provider"] = (card.provider or Provider()).body()
    if card.logprobs:
        body["logprobs"] = True
    schema = request.messages.schema
    if card.structured and schema is not None:
        strict = {"name": schema.name, "strict": True, "schema": schema.to_json()}
        body["response_format"] = {"type": "json_schema", "json_schema": strict}
    return _merged(body, card.extra_body)


def read_completion(key: str, completion: Any, seconds: float) -> Reply | Failure:
    """The reply in a decoded completion.

    Args:
        key: of the request.
        completion: the decoded JSON of the response's body, whatever it is.
        seconds: the time until the answer.

    Returns:
        A reply; a failure where the body contains an error or no choice, or an error ended the
        answer, whatever the HTTP status was.
    """
    if not isinstance(completion, Mapping):
        return Failure(key, FailureReason.ENGINE, "the reply is not a JSON object", seconds)
    choices = completion.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    error = completion.get("error") or (isinstance(first, Mapping) and first.get("error"))
    usage = _mapping(completion.get("usage"))
    counts: dict[str, Any] = {
        "prompt_tokens": usage.get("prompt_tokens"),
        "completion_tokens": usage.get("completion_tokens"),
        "cost_usd": usage.get("cost"),
    }
    if error:
        message = redact(f"error in the body: {dump_json(error)}")[:500]
        return Failure(key, FailureReason.ENGINE, message, seconds, **counts)
    if not isinstance(first, Mapping) or not isinstance(first.get("message"), Mapping):
        return Failure(key, FailureReason.ENGINE, "the reply has no choices", seconds, **counts)
    content = first["message"]
    reply = Reply(
        key=key,
        text=_text(content.get("content")) or _text(content.get("refusal")),
        finish_reason=first.get("finish_reason"),
        seconds=seconds,
        tokens=_tokens(first.get("logprobs")),
        served=ServedBy(
            model=completion.get("model"),
            fingerprint=completion.get("system_fingerprint"),
            provider=completion.get("provider"),
            response_id=completion.get("id"),
            service_tier=completion.get("service_tier"),
        ),
        cached_tokens=_mapping(usage.get("prompt_tokens_details")).get("cached_tokens"),
        reasoning_tokens=_mapping(usage.get("completion_tokens_details")).get("reasoning_tokens"),
        other_fields=tuple(_other_fields(content)),
        **counts,
    )
    if ending_of(reply.finish_reason) is Ending.FAILED:
        message = f"the endpoint ended the answer with '{reply.finish_reason}'"
        return Failure(key, FailureReason.ENGINE, message, seconds, **counts)
    return reply


def _merged(body: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """A body with what a card adds; objects in both are merged."""
    found = dict(body)
    for name, value in extra.items():
        below = found.get(name)
        both = isinstance(below, dict) and isinstance(value, Mapping)
        found[name] = _merged(below, value) if both else value  # type: ignore[arg-type]
    return found


def _content(card: OpenAICard, request: Request, frames: Sequence[bytes]) -> list[dict[str, Any]]:
    """The parts of the user's turn; adjacent images become one video where `frames_as` says so."""
    content: list[dict[str, Any]] = []
    for is_image, parts in groupby(request.messages.parts, lambda part: isinstance(part, Image)):
        if not is_image:
            content += [{"type": "text", "text": p.text} for p in parts if isinstance(p, Text)]
            continue
        shown = [part.frame for part in parts if isinstance(part, Image)]
        jpegs = [smaller_jpeg(frames[n], card.jpeg_quality, card.max_pixels) for n in shown]
        if _is_video(card, request):
            content.append(_video(jpegs))
        else:
            content += [_image(card, jpeg) for jpeg in jpegs]
    return content


def _is_video(card: OpenAICard, request: Request) -> bool:
    """Whether the frames are sent as a video; one of a single frame is none: it is an image.

    Raises:
        UserError: they would lose their times, or the prompt has text between them.
    """
    if refusal := video_refusal(card.name, card.dialect, card.frames_as):
        raise UserError(refusal)
    shown = [isinstance(part, Image) for part in request.messages.parts]
    if card.frames_as == IMAGES or sum(shown) < 2:
        return False
    if len([key for key, _ in groupby(shown) if key]) > 1:
        raise UserError(
            f"model '{card.name}': the prompt has text between the frames, so they cannot be "
            "sent as one video: write 'frames_as: images' in the card, or choose another prompt."
        )
    return True


def _video_times(card: OpenAICard, request: Request) -> dict[str, Any]:
    """Fields that tell vLLM when each frame is, and to sample no frames again.

    `num_frames` is 32 where it is not given, and the rest would be cut off.
    """
    if not _is_video(card, request):
        return {}
    metadata = video_metadata(request.window, shown_frames(request.messages))
    return {
        "media_io_kwargs": {"video": {**metadata, "num_frames": -1, "do_sample_frames": False}},
        "mm_processor_kwargs": {"do_sample_frames": False},
    }


def _image(card: OpenAICard, jpeg: bytes) -> dict[str, Any]:
    url: dict[str, Any] = {"url": "data:image/jpeg;base64," + _base64(jpeg)}
    if card.image_detail:
        url["detail"] = card.image_detail
    return {"type": "image_url", "image_url": url}


def _video(jpegs: Sequence[bytes]) -> dict[str, Any]:
    """One video as JPEG files separated by commas, as vLLM reads it."""
    data = ",".join(_base64(jpeg) for jpeg in jpegs)
    return {"type": "video_url", "video_url": {"url": f"data:video/jpeg;base64,{data}"}}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _text(content: Any) -> str:
    """The text of a message, which some servers return as a list of parts."""
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _other_fields(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a message holds beside its answer, such as `reasoning_content` and `tool_calls`."""
    for name, value in message.items():
        if name not in _OWN_FIELDS and value:
            yield name, value if isinstance(value, str) else dump_json(value)
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping) and not isinstance(part.get("text"), str):
            yield str(part.get("type", "part")), dump_json(part)


def _tokens(logprobs: Any) -> Any:
    """Text and log-probability of each token, where the endpoint returned them.

    A character may span several tokens; it belongs to the last of them. Values are as the
    endpoint wrote them: `Reply` checks them.
    """
    content = _mapping(logprobs).get("content")
    if not isinstance(content, list):
        return () if content is None else content
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    return tuple(
        (_token_text(_mapping(token), decode), _mapping(token).get("logprob")) for token in content
    )


def _token_text(token: Mapping[str, Any], decode: Callable[[bytes], str]) -> Any:
    """The text of a token by its bytes; as it is written where they are none."""
    encoded = token.get("bytes")
    if not isinstance(encoded, list) or not encoded or len(encoded) > _MOST_BYTES_A_TOKEN:
        return token.get("token")
    if all(type(byte) is int and 0 <= byte <= 255 for byte in encoded):
        return decode(bytes(encoded))
    return token.get("token")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
