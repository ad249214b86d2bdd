"""What goes into an engine and comes out of it: requests, replies and failures."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from touchline.models.answers import answer_checks as checks
from touchline.models.generation import Generation
from touchline.prompts import Messages
from touchline.video import SoundEvents, Window


class Tries(Protocol):
    """The money for the tries of one request, where it is counted.

    An engine that asks again by itself tells it what became of each try without an answer. One
    that does not ask again need not.
    """

    def lost(self) -> None:
        """The last try may have been paid for, and nobody knows what it cost."""
        ...

    def paid(self, failure: "Failure") -> None:
        """A try before the answer was paid for, which the answer itself does not say."""
        ...

    def may_go_on(self) -> bool:
        """Whether there is money for one more try; it is set aside then."""
        ...


def _goes_on() -> bool:
    return False


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
        tries: the money for its tries; None where it is not counted.
        is_stopped: whether the run has to end. A request that was not sent yet, because it waits
            for an upload, a quota or its next try, may then be left without an answer.
    """

    key: str
    window: Window
    messages: Messages
    read_frames: Callable[[], list[bytes]]
    generation: Generation
    read_sound: Callable[[], SoundEvents] | None = None
    video: Path | None = None
    tries: Tries | None = None
    is_stopped: Callable[[], bool] = _goes_on


@dataclass(frozen=True, slots=True)
class ServedBy:
    """Who gave an answer, as far as the endpoint or the checkpoint says.

    Attributes:
        model: the served model, such as "gpt-4o-2024-08-06", or the checkpoint.
        version: the commit of a checkpoint's snapshot; None where the model's name holds it.
        fingerprint: of the backend, or the hash of a checkpoint's index of weights.
        provider: who answered for an endpoint that passes requests on, such as OpenRouter.
        response_id: the endpoint's id of this answer.
        service_tier: such as "default", "flex" or "priority".
    """

    model: str | None = None
    version: str | None = None
    fingerprint: str | None = None
    provider: str | None = None
    response_id: str | None = None
    service_tier: str | None = None

    def __post_init__(self) -> None:
        changed, _ = checks.checked_fields(self, checks.SERVED_CHECKS)
        for name, value in changed.items():
            object.__setattr__(self, name, value)

    @property
    def identity(self) -> str | None:
        """Model, version and provider as one text: what a row of a leaderboard is named after.

        The fingerprint is not part of it: an endpoint answers from several backends at once.
        """
        version = self.version and f"@{self.version}"
        provider = self.provider and f" by {self.provider}"
        return "".join(filter(None, [self.model, version, provider])) or None


IGNORED = "was ignored"
"""What `Reply.unusable` says, after its name, of a setting that did not reach the model."""

NOBODY = ServedBy()
"""Where nothing says who answered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered about a window.

    Every value is checked when a reply is made, whoever makes it
    (`touchline.models.answers.answer_checks`).

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
        served: who gave the answer.
        cached_tokens: tokens of the prompt that the endpoint had in its cache, or None.
        reasoning_tokens: those of the tokens out that were reasoning, or None.
        other_fields: name and text of what came beside the answer, such as ("reasoning_content",
            "First, ...") or ("tool_calls", "[...]"), untouched.
        unusable: what the endpoint said that could not be used, such as "prompt_tokens is -3", and
            settings that did not reach the model, such as "seed was ignored".
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
    served: ServedBy = NOBODY
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    other_fields: tuple[tuple[str, str], ...] = ()
    unusable: tuple[str, ...] = ()

    @property
    def is_misplaced(self) -> bool:
        """Whether there is no answer, but text in other fields of the response."""
        return bool(self.other_fields) and not self.text.strip()

    def __post_init__(self) -> None:
        changed, unusable = checks.checked_fields(self, checks.REPLY_CHECKS)
        if not isinstance(self.served, ServedBy):
            changed["served"] = NOBODY
        if unusable:
            changed["unusable"] = (*changed.get("unusable", self.unusable), *unusable)
        for name, value in changed.items():
            object.__setattr__(self, name, value)


class FailureReason(StrEnum):
    """Why there is no reply."""

    FRAMES = "frames"
    MEMORY = "memory"
    TOO_LONG = "too long"
    REFUSED = "refused by the endpoint"
    CUT = "cut short before the model"
    UNREACHABLE = "unreachable"
    ENGINE = "engine"
    OTHER_MODEL = "another model answered"


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

    def __post_init__(self) -> None:
        changed, _ = checks.checked_fields(self, _FAILURE_CHECKS)
        for name, value in changed.items():
            object.__setattr__(self, name, value)


_FAILURE_CHECKS: checks.Checks = {
    **checks.COUNT_CHECKS,
    "reason": (FailureReason, FailureReason.ENGINE),
    "message": (checks.reply_text, "no message"),
}


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
