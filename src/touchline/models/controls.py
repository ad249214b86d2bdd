"""Controls: the same question with the frames changed or removed.

A model that scores as well with its frames shuffled does not use their order; one that scores as
well without frames does not use the video.
"""

import io
import random
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from touchline.prompts import Image, Messages


class Control(StrEnum):
    """What is done to the frames of a question."""

    SHUFFLED = "shuffled"
    REPEATED = "repeated"
    TEXT_ONLY = "text-only"
    BLANK = "blank"


MARK = "+"
"""Between a model's name and its control's: "demo+blank"."""

CONTROLS: dict[Control, str] = {
    Control.SHUFFLED: "the frames of the window in a random order, another for each window",
    Control.REPEATED: "the middle frame of the window in place of every frame",
    Control.TEXT_ONLY: "the text of the prompt without images",
    Control.BLANK: "grey images in place of the frames",
}


def split_control(name: str) -> tuple[str, Control | None]:
    """A model's own name, and the control that the name ends in.

    >>> split_control("demo+text-only"), split_control("demo")
    (('demo', <Control.TEXT_ONLY: 'text-only'>), ('demo', None))
    """
    model, mark, control = name.rpartition(MARK)
    if mark and control in list(Control):
        return model, Control(control)
    return name, None


def controlled_messages(messages: Messages, control: Control | None) -> Messages:
    """The prompt of a control: only "text-only" removes the images."""
    if control is not Control.TEXT_ONLY:
        return messages
    parts = tuple(part for part in messages.parts if not isinstance(part, Image))
    return replace(messages, parts=parts)


def controlled_frames(frames: Sequence[bytes], control: Control | None, key: str) -> list[bytes]:
    """The frames of a control.

    Args:
        frames: JPEG files, in order.
        control: what is done to them; None leaves them as they are.
        key: of the request; it seeds the order of shuffled frames, which is thus reproducible.

    Returns:
        As many JPEG files; none for "text-only".
    """
    match control:
        case None:
            return list(frames)
        case Control.SHUFFLED:
            return random.Random(key).sample(frames, len(frames))  # noqa: S311  (no secret)
        case Control.REPEATED:
            return [frames[len(frames) // 2]] * len(frames)
        case Control.BLANK:
            return [_blank(frame) for frame in frames]
        case Control.TEXT_ONLY:
            return []


def _blank(jpeg: bytes) -> bytes:
    """A grey image of the same size."""
    from PIL import Image as Pillow

    with Pillow.open(io.BytesIO(jpeg)) as image:
        size = image.size
    buffer = io.BytesIO()
    Pillow.new("RGB", size, (127, 127, 127)).save(buffer, format="JPEG")
    return buffer.getvalue()
