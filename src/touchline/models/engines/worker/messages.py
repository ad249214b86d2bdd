"""The lines between touchline and a worker: what a worker may say, checked."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from touchline.models.card_types.worker_program import FrameRule

PROTOCOL = 1
"""The number changes when a worker of before would be misunderstood."""


class BrokenProtocolError(Exception):
    """A worker said what it must not; the message says what, as a clause."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Ready(_Message):
    """The model is loaded.

    Attributes:
        versions: of Python and of the packages that were asked for; None where one is missing.
        device: where the model is, such as "cuda:0".
        dtype: of its weights, such as "float16".
        frames: how many frames it takes.
        settings: the generation settings that reach the model.
        seed: whether sampling follows the seed.
    """

    versions: dict[str, str | None]
    device: str | None = None
    dtype: str | None = None
    frames: FrameRule
    settings: tuple[str, ...] = Field(default=(), strict=False)
    seed: bool = False


class WorkerReply(_Message):
    """An answer; attributes as of `Reply`.

    Attributes:
        frames_used: how many frames the model was given by the worker.
        ignored: generation settings that did not reach the model.
    """

    key: str
    text: str
    finish: str | None = None
    prompt_tokens: Annotated[int, Field(ge=0)] | None = None
    completion_tokens: Annotated[int, Field(ge=0)] | None = None
    frames_used: int
    ignored: tuple[str, ...] = Field(default=(), strict=False)


class WorkerFailure(_Message):
    """That a question could not be answered.

    Attributes:
        key: of the question.
        kind: why.
        message: one sentence.
    """

    key: str
    kind: Literal["memory", "too_long", "error"]
    message: str = ""


Message = Ready | WorkerReply | WorkerFailure

_KINDS: dict[str, type[Message]] = {
    "ready": Ready,
    "reply": WorkerReply,
    "failure": WorkerFailure,
}


def read_message(line: bytes) -> Message:
    """A line of a worker.

    Raises:
        BrokenProtocolError: it is none.
    """
    try:
        content = json.loads(line)
        ((kind, fields),) = content.items()
        return _KINDS[kind].model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BrokenProtocolError(f"its {kind} is not valid ({place}: {first['msg']})") from None
    except (ValueError, AttributeError, KeyError, RecursionError):
        raise BrokenProtocolError("it wrote a line that is not a message") from None


def write_message(kind: str, fields: dict[str, Any]) -> bytes:
    """A line to a worker."""
    return json.dumps({kind: fields}, separators=(",", ":")).encode() + b"\n"
