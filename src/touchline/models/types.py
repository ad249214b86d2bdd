"""What goes into an engine and comes out of it: requests, replies and failures."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from touchline.models.generation import Generation
from touchline.prompts import Messages
from touchline.video import SoundEvents, Window


@dataclass(frozen=True, slots=True)
class Request:
    """One question: a window, the prompt about it, and access to frames, sound and video.

    Attributes:
        key: the identity of the reply (see `request_key`).
        window: what is asked about.
        messages: the prompt.
        read_frames: reads the frames of the window as JPEG files, in order; called when the
            engine is ready for them and not before.
        generation: how to answer.
        read_sound: reads the sound events of the whole half; None where there is no sound.
        video: the file of the half, for an engine that takes video itself; None where the frames
            show something else than the video.
    """

    key: str
    window: Window
    messages: Messages
    read_frames: Callable[[], list[bytes]]
    generation: Generation
    read_sound: Callable[[], SoundEvents] | None = None
    video: Path | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered about a window.

    Attributes:
        key: key of the request.
        text: the raw text, untouched.
        finish_reason: "stop", "length", "content_filter" or another reason of the engine; None
            where it gives none.
        seconds: time that this answer took; its share where it was part of a batch.
        prompt_tokens: tokens in, images included, or None.
        completion_tokens: tokens out, or None.
        tokens: text and natural-log probability of each generated token, in order; empty where
            the engine gives none.
        memory_bytes: memory in use after the answer: the peak of the GPU, or without one the
            memory of this process; None where the model runs elsewhere.
        waited_seconds: this answer's share of the time that the device was idle before it
            because frames were not ready.
        lowered: what the engine reduced so that the window could be answered ("frames 15 to 8",
            "batch 4 to 1"); empty where nothing was.
        cost_usd: the cost of this answer as the endpoint reports it, or None.
        attention: how the model computed attention, such as "sdpa"; None where it runs elsewhere.
    """

    key: str
    text: str
    finish_reason: str | None = None
    seconds: float = 0.0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    tokens: tuple[tuple[str, float], ...] = ()
    memory_bytes: int | None = None
    waited_seconds: float = 0.0
    lowered: tuple[str, ...] = ()
    cost_usd: float | None = None
    attention: str | None = None


class FailureReason(StrEnum):
    """Why there is no reply."""

    FRAMES = "frames"
    MEMORY = "memory"
    TOO_LONG = "too long"
    REFUSED = "refused by the endpoint"
    UNREACHABLE = "unreachable"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Failure:
    """That a window could not be asked. Never the same as an empty answer.

    Attributes:
        key: key of the request.
        reason: the kind of failure.
        message: one sentence for the user.
        seconds: time spent on it.
        prompt_tokens: tokens in that were counted, and so paid for, nevertheless; or None.
        completion_tokens: tokens out that were counted, or None.
        cost_usd: the cost that the endpoint reports nevertheless, or None.
    """

    key: str
    reason: FailureReason
    message: str
    seconds: float = 0.0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float | None = None


def request_key(
    *,
    fingerprint: str,
    window: Window,
    frames: dict[str, Any],
    messages: Messages,
    model: dict[str, Any],
    generation: Generation,
) -> str:
    """The identity of a reply, for resuming, caching and merging.

    Args:
        fingerprint: of the content of the video file.
        window: the window; its times count, not its index.
        frames: how the frames are made (height, quality, flow, control).
        messages: the rendered prompt.
        model: identity of the model: checkpoint, revision, precision, engine.
        generation: settings.

    Returns:
        32 hexadecimal digits. Whatever could change the answer changes the key; a game's name,
        the merging and the scoring do not.
    """
    facts = {
        "video": fingerprint,
        "half_span_ms": (window.start_ms, window.end_ms),
        "frame_times_ms": window.frame_times_ms,
        "frames": frames,
        "system": messages.system,
        "parts": [asdict(part) for part in messages.parts],
        "model": model,
        "generation": generation.facts(),
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
