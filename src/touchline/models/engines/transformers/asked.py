"""A question whose frames have been read, and how it is made smaller where memory runs out."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image as Pillow

from touchline.models.card_types.transformers import TransformersCard
from touchline.models.frame_sets import middle_places, set_places
from touchline.models.frame_subsampling import (
    half_as_many,
    lowered_frames,
    shown_frames,
    subsample_frames,
)
from touchline.models.types import Request
from touchline.prompts import Messages

LEAST_PIXELS = 56 * 56
"""Pictures are not made smaller than this: four patches of the smallest vision encoders a side."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its pictures.

    Attributes:
        request: the question.
        pictures: its frames, RGB.
        messages: the prompt with the images that the model is shown.
        per_image: how many consecutive pictures are one image of the prompt.
    """

    request: Request
    pictures: tuple[Pillow.Image, ...]
    messages: Messages
    per_image: int = 1

    @property
    def shown(self) -> tuple[int, ...]:
        """Numbers of the images that the model is shown, from 0."""
        return shown_frames(self.messages)

    def picture(self, image: int) -> Pillow.Image:
        """The picture of an image of the prompt; of several pooled ones that in their middle."""
        return self.pictures[middle_places(len(self.pictures), self.per_image)[image]]

    def frames_of(self, image: int) -> list[Pillow.Image]:
        """The pictures that are pooled to an image of the prompt."""
        places = set_places(image, len(self.pictures), self.per_image)
        return [self.pictures[place] for place in places]

    @property
    def size(self) -> str:
        """What the model is shown, as text."""
        frames = f"{len(self.shown)} frame{'' if len(self.shown) == 1 else 's'}"
        if self.per_image > 1:
            frames = f"{len(self.shown)} set{'' if len(self.shown) == 1 else 's'} of frames"
        if not self.shown:
            return frames
        width, height = self.picture(self.shown[0]).size
        return f"{frames} of {width}x{height}"


def read(request: Request, card: TransformersCard) -> Asked:
    """Reads a request's frames and scales down those that have more pixels than the card allows.

    Raises:
        MissingFrameError: a frame does not decode.
    """
    pictures = [_picture(jpeg) for jpeg in request.read_frames()]
    if card.max_pixels is not None:
        pictures = [scaled_to(picture, card.max_pixels) for picture in pictures]
    return Asked(request, tuple(pictures), request.messages, card.frames_per_image)


def smaller(asked: Asked, rule: str) -> Asked | None:
    """The question with half as much to see, or None where it cannot be made smaller.

    Args:
        asked: the question.
        rule: "frames" leaves out half of the frames, "pixels" halves the pixels of each.
    """
    if rule == "pixels":
        pixels = max((p.width * p.height for p in asked.pictures), default=0) // 2
        if pixels < LEAST_PIXELS:
            return None
        return replace(asked, pictures=tuple(scaled_to(p, pixels) for p in asked.pictures))
    if len(asked.shown) < 2:
        return None
    keep = half_as_many(len(asked.shown))
    return replace(asked, messages=subsample_frames(asked.request.messages, keep))


def lowered(before: Asked, after: Asked) -> tuple[str, ...]:
    """What was reduced between two states of a question, for `Reply.lowered`."""
    found = lowered_frames(before.messages, after.messages)
    if before.pictures and before.pictures[0].size != after.pictures[0].size:
        found += (f"pixels {_size(before.pictures)} to {_size(after.pictures)}",)
    return found


def scaled_to(picture: Pillow.Image, pixels: int) -> Pillow.Image:
    """The picture with at most so many pixels, its aspect kept."""
    if picture.width * picture.height <= pixels:
        return picture
    factor = (pixels / (picture.width * picture.height)) ** 0.5
    size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    return picture.resize(size, Pillow.Resampling.LANCZOS)


def _picture(jpeg: bytes) -> Pillow.Image:
    with Pillow.open(io.BytesIO(jpeg)) as image:
        return image.convert("RGB")


def _size(pictures: Sequence[Pillow.Image]) -> str:
    return f"{pictures[0].width}x{pictures[0].height}"
