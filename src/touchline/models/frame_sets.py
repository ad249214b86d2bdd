"""Dense frames: consecutive frames whose visual tokens a model is given as one set.

F-16 samples 16 frames a second and gives its language model one set of tokens for each second
(Li et al. 2025, https://arxiv.org/abs/2503.13956; https://github.com/bytedance/F-16, commit
b14ba082, `llava/model/language_model/f16.py`).
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from touchline.prompts import Image, Messages, Text
from touchline.validation import Settings

_AT_ONCE = 16
"""Frames that the vision encoder processes at one time, at least one set."""


class DenseFrames(Settings):
    """How the frames of a window become fewer images.

    Attributes:
        frames_per_set: consecutive frames that become one image of the prompt.
        pooling: how their tokens become one set: "mean", or "mlp", the mean and what a small
            network that is trained adds to it.
    """

    frames_per_set: Annotated[int, Field(ge=2, le=256)] = 16
    pooling: Literal["mean", "mlp"] = "mean"


def count_sets(frames: int, per_set: int) -> int:
    """How many sets so many frames make; the last may hold fewer.

    >>> count_sets(33, 16), count_sets(5, 1)
    (3, 5)
    """
    return -(-frames // per_set)


def middle_places(frames: int, per_set: int) -> list[int]:
    """The position of each set's middle frame among all frames.

    >>> middle_places(9, 4)
    [2, 6, 8]
    """
    starts = range(0, frames, per_set)
    return [start + min(per_set, frames - start) // 2 for start in starts]


def set_places(number: int, frames: int, per_set: int) -> list[int]:
    """The positions of a set's frames; those of a short set are repeated, evenly.

    >>> set_places(0, 6, 4), set_places(1, 6, 4)
    ([0, 1, 2, 3], [4, 4, 5, 5])
    """
    start = number * per_set
    held = min(per_set, frames - start)
    return [start + place * held // per_set for place in range(per_set)]


def frames_at_once(per_set: int) -> int:
    """How many frames the vision encoder processes at one time.

    >>> frames_at_once(8), frames_at_once(12), frames_at_once(32)
    (16, 12, 32)
    """
    return per_set * max(1, _AT_ONCE // per_set)


def pooling_parameters(dense: DenseFrames, width: int) -> int:
    """Numbers of the pooling module: two layers with biases, or none.

    Args:
        dense: the setting.
        width: of a token.
    """
    if dense.pooling == "mean":
        return 0
    return (dense.frames_per_set + 1) * width**2 + 2 * width


def with_sets_note(messages: Messages, per_set: int) -> Messages:
    """The prompt with a sentence after its last image: what an image and its time stand for."""
    images = [at for at, part in enumerate(messages.parts) if isinstance(part, Image)]
    if not images:
        return messages
    after = images[-1] + 1
    note = Text(
        f"Each of these images combines up to {per_set} consecutive frames; its time is that of "
        "the middle one."
    )
    return replace(messages, parts=(*messages.parts[:after], note, *messages.parts[after:]))
