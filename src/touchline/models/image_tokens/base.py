"""What all formulas of image tokens have in common."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from touchline.validation import Settings


@dataclass(frozen=True, slots=True)
class ImageCost:
    """What one image costs a model.

    Attributes:
        tokens: in the language model's prompt, not counting markers around the image.
        views: pictures that the vision encoder processes, such as tiles.
        patches: length of one view in the vision encoder's sequence.
        separators: those of the tokens that only separate rows or tiles.
    """

    tokens: int
    views: int
    patches: int
    separators: int = 0

    @property
    def features(self) -> int:
        """Tokens that represent a part of the image."""
        return self.tokens - self.separators


class Formula(Settings):
    """How many tokens an image costs.

    Attributes:
        markers: tokens of text that the processor puts around each image.
        frames_merged: frames of a video that share the tokens of one image.
    """

    markers: Annotated[int, Field(ge=0)] = 0
    frames_merged: Annotated[int, Field(ge=1)] = 1

    @abstractmethod
    def image(self, width: int, height: int, images: int) -> ImageCost:
        """The cost of one of `images` images of a size in pixels."""

    def least(self, width: int, height: int, images: int) -> int:
        """The fewest tokens of one image on a server that does process all of it.

        Servers differ from transformers' processors in what they leave to their settings: some
        cut no tiles, count no separators, or round the sides of an image down. A formula whose
        figure depends on such a choice overrides this.

        Args:
            width: in pixels.
            height: in pixels.
            images: how many there are in the prompt.
        """
        return self.image(width, height, images).features

    def least_prompt_tokens(self, width: int, height: int, frames: int) -> int:
        """The fewest tokens of a whole window of frames (see `least`), without markers."""
        groups = -(-frames // self.frames_merged)
        return groups * self.least(width, height, frames)

    def prompt_tokens(self, width: int, height: int, frames: int) -> int:
        """Tokens of a whole window of frames, markers included."""
        groups = -(-frames // self.frames_merged)
        return groups * (self.image(width, height, frames).tokens + self.markers)
