"""Models whose images all cost the same."""

import math
from typing import Annotated, Literal

from pydantic import Field

from touchline.models.image_tokens.base import Formula, ImageCost


class Fixed(Formula):
    """Every image costs the same, whatever its size.

    Attributes:
        tokens: an image.
        patches: places in the vision encoder's sequence; 0 where nobody says.
        patch: side of a patch in pixels, where the encoder sees an image at its own size and
            only a resampler makes the tokens one number, as in Idefics2.
        longest_edge: of the image that such an encoder sees, in pixels.
    """

    formula: Literal["fixed"]
    tokens: Annotated[int, Field(ge=1)]
    patches: Annotated[int, Field(ge=0)] = 0
    patch: Annotated[int, Field(ge=1)] | None = None
    longest_edge: Annotated[int, Field(ge=1)] | None = None

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        if self.patch is None:
            return ImageCost(self.tokens, 1, self.patches)
        longest = self.longest_edge or max(width, height)
        side = self.patch * max(1.0, max(width, height) / longest)
        return ImageCost(self.tokens, 1, math.ceil(width / side) * math.ceil(height / side))
