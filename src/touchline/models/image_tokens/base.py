"""What all formulas of image tokens share."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, slots=True)
class ImageCost:
    """What one image costs a model.

    Attributes:
        tokens: places in the language model's prompt, markers around the image not counted.
        views: pictures that the vision encoder is given, such as tiles.
        patches: places in the vision encoder's sequence, a view.
        separators: those of the tokens that are not seen but only part rows or tiles.
    """

    tokens: int
    views: int
    patches: int
    separators: int = 0

    @property
    def features(self) -> int:
        """Tokens that hold something of the image."""
        return self.tokens - self.separators


class Formula(BaseModel):
    """How many tokens an image costs.

    Attributes:
        markers: tokens of text that the processor puts around each image.
        frames_merged: frames of a video that become one image's tokens together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    markers: Annotated[int, Field(ge=0)] = 0
    frames_merged: Annotated[int, Field(ge=1)] = 1

    @abstractmethod
    def image(self, width: int, height: int, images: int) -> ImageCost:
        """The cost of one of so many images of a size in pixels."""

    def prompt_tokens(self, width: int, height: int, frames: int) -> int:
        """Tokens of a whole window of frames, markers included."""
        groups = -(-frames // self.frames_merged)
        return groups * (self.image(width, height, frames).tokens + self.markers)
