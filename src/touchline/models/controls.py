"""Controls: the same question with what there is to see taken away, in part or whole.

What a model scores on a control it did not see. A model that does as well with its frames
shuffled does not use their order; one that does as well without frames looks at nothing.
"""

import io
import random
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from touchline.prompts import Image, Messages


class Control(StrEnum):
    """What is done to a question."""

    SHUFFLED = "shuffled"
    REPEATED = "repeated"
    TEXT_ONLY = "text-only"
    BLANK = "blank"


MARK = "+"
"""Between a model's name and its control's: "demo+blank"."""

CONTROLS: dict[Control, str] = {
    Control.SHUFFLED: "the window's frames in a random order, each time another",
    Control.REPEATED: "the window's middle frame in the place of every frame",
    Control.TEXT_ONLY: "the prompt's text without any image",
    Control.BLANK: "grey images in the place of the frames",
}


def split_control(name: str) -> tuple[str, Control | None]:
    """A model's own name, and the control that a name ends in.

    >>> split_control("demo+text-only"), split_control("demo")
    (('demo', <Control.TEXT_ONLY: 'text-only'>), ('demo', None))
    """
    model, mark, control = name.rpartition(MARK)
    if mark and control in list(Control):
        return model, Control(control)
    return name, None


def controlled_messages(messages: Messages, control: Control | None) -> Messages:
    """The prompt as the control has it: only "text-only" takes the images out of it."""
    if control is not Control.TEXT_ONLY:
        return messages
    parts = tuple(part for part in messages.parts if not isinstance(part, Image))
    return replace(messages, parts=parts)


def controlled_frames(frames: Sequence[bytes], control: Control | None, key: str) -> list[bytes]:
    """The frames as the control has them.

    Args:
        frames: JPEG files, in order.
        control: what is done to them; None leaves them.
        key: of the request; the order of shuffled frames follows from it, so that it can be had
            again.

    Returns:
        As many JPEG files; none for "text-only", where no image is asked for.
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
