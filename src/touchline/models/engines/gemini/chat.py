"""Gemini's generateContent as plain values: the request, and the reply in a response."""

import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from google.genai import types

from touchline.models.answers.answer_checks import dump_json
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.card_types.gemini import GeminiCard
from touchline.models.frame_subsampling import shown_frames
from touchline.models.types import Reply, Request, ServedBy
from touchline.prompts import Image, Messages, Text
from touchline.video import Window

# The SDK would print an unknown reason, which is the endpoint's text, as it is.
warnings.filterwarnings("ignore", category=UserWarning, module=r"google\.genai\._common")

_MOST_FPS = 24.0
_FILTERED = {
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
}
_REASONS = {"STOP": "stop", "MAX_TOKENS": "length"}


def shows_video(card: GeminiCard, messages: Messages) -> bool:
    """Whether a prompt's images are shown as a part of the half's video."""
    return card.frames_as == "video" and any(isinstance(part, Image) for part in messages.parts)


def with_frames(messages: Messages, frames: Sequence[bytes]) -> list[types.Part]:
    """The prompt with every frame as an image."""
    return [
        types.Part.from_bytes(data=frames[part.frame], mime_type="image/jpeg")
        if isinstance(part, Image)
        else types.Part(text=part.text)
        for part in messages.parts
    ]


def with_video(request: Request, file: types.File) -> list[types.Part]:
    """The prompt with the window as a clip of the half's video instead of its frames.

    Seconds are of the video's own clock, which starts with the half. Where the prompt shows
    fewer frames, the rate is lower.
    """
    window, shown = request.window, len(shown_frames(request.messages))
    clip = types.VideoMetadata(
        start_offset=f"{window.start_ms / 1000:.3f}s",
        end_offset=f"{window.end_ms / 1000:.3f}s",
        fps=round(frames_a_second(window) * shown / len(window.frame_times_ms), 3),
    )
    uploaded = types.FileData(file_uri=file.uri, mime_type=file.mime_type)
    parts = [types.Part(file_data=uploaded, video_metadata=clip)]
    texts = (part.text for part in request.messages.parts if isinstance(part, Text))
    return parts + [types.Part(text=text) for text in texts]


def frames_a_second(window: Window) -> float:
    """The rate of a window's frames, by the median of their distances; at most Gemini's 24."""
    times = window.frame_times_ms
    gaps = [after - before for before, after in pairwise(times)]
    return min(_MOST_FPS, 1000 / median(gaps)) if gaps else 1.0


def generation_config(card: GeminiCard, request: Request) -> types.GenerateContentConfig:
    """The generation settings of a request."""
    config: dict[str, Any] = {
        **DIALECTS[card.dialect].request(request.generation),
        "system_instruction": request.messages.system,
        "response_logprobs": card.logprobs or None,
    }
    schema = request.messages.schema
    if card.structured and schema is not None:
        config["response_mime_type"] = "application/json"
        config["response_json_schema"] = schema.to_json()
    if card.media_resolution:
        config["media_resolution"] = f"MEDIA_RESOLUTION_{card.media_resolution.upper()}"
    return types.GenerateContentConfig(**config)


def read_response(key: str, response: types.GenerateContentResponse) -> Reply | None:
    """The reply in a response; None where it has neither an answer nor a reason for none."""
    usage = response.usage_metadata
    thought = usage.thoughts_token_count if usage else None
    answered = usage.candidates_token_count if usage else None
    facts: dict[str, Any] = {
        "prompt_tokens": usage.prompt_token_count if usage else None,
        "completion_tokens": None if answered is None else answered + (thought or 0),
        "cached_tokens": usage.cached_content_token_count if usage else None,
        "reasoning_tokens": thought,
        "served": ServedBy(
            model=response.model_version,
            response_id=response.response_id,
            service_tier=_tier(usage),
        ),
    }
    if not response.candidates:
        feedback = response.prompt_feedback
        blocked = feedback is not None and feedback.block_reason is not None
        return Reply(key, "", "content_filter", **facts) if blocked else None
    first = response.candidates[0]
    parts = (first.content.parts if first.content else None) or []
    return Reply(
        key=key,
        text="".join(part.text for part in parts if part.text and not part.thought),
        finish_reason=_reason(first.finish_reason),
        tokens=_tokens(first),
        other_fields=tuple(_other_fields(parts)),
        **facts,
    )


def _tier(usage: types.GenerateContentResponseUsageMetadata | None) -> str | None:
    """The kind of traffic that an answer was counted as, such as on demand."""
    traffic = usage.traffic_type if usage else None
    return None if traffic is None else str(traffic.value).lower()


def _other_fields(parts: Sequence[types.Part]) -> Iterator[tuple[str, str]]:
    """Thoughts, calls of functions and whatever else stands beside the answer."""
    for part in parts:
        if part.text and not part.thought:
            continue
        if part.text:
            yield "thought", part.text
            continue
        held = part.model_dump(
            mode="json", exclude_none=True, exclude={"thought", "thought_signature"}
        )
        for name, value in held.items():
            yield name, dump_json(value)


def _reason(reason: types.FinishReason | None) -> str | None:
    if reason is None:
        return None
    name = str(reason.value)
    return "content_filter" if name in _FILTERED else _REASONS.get(name, name.lower())


def _tokens(candidate: types.Candidate) -> Any:
    """Text and log-probability of each token, which `Reply` checks."""
    chosen = candidate.logprobs_result.chosen_candidates if candidate.logprobs_result else None
    return tuple((one.token or "", one.log_probability) for one in chosen or ())
