"""Models for which every image costs the same."""

import math
from typing import Annotated, Literal

from pydantic import Field

from touchline.models.image_tokens.base import Formula, ImageCost


class Fixed(Formula):
    """Every image costs the same, whatever its size.

    Attributes:
        tokens: per image.
        patches: length of the vision encoder's sequence; 0 where it is not known.
        patch: side of a patch in pixels, where the encoder processes an image at its own size
            and only a resampler makes the number of tokens constant, as in Idefics2.
        longest_edge: the most pixels of an image's longer side in such an encoder.
        shortest_edge: the fewest pixels of its shorter side.
        least_tokens: the fewest that an endpoint may count, where `tokens` is the most.
    """

    formula: Literal["fixed"]
    tokens: Annotated[int, Field(ge=1)]
    patches: Annotated[int, Field(ge=0)] = 0
    patch: Annotated[int, Field(ge=1)] | None = None
    longest_edge: Annotated[int, Field(ge=1)] | None = None
    shortest_edge: Annotated[int, Field(ge=1)] = 1
    least_tokens: Annotated[int, Field(ge=1)] | None = None

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        if self.patch is None:
            return ImageCost(self.tokens, 1, self.patches)
        longer, shorter = max(width, height), min(width, height)
        scale = max(1.0, self.shortest_edge / shorter)
        scale = min(scale, (self.longest_edge or longer * scale) / longer)
        patches = math.ceil(width * scale / self.patch) * math.ceil(height * scale / self.patch)
        return ImageCost(self.tokens, 1, patches)

    def least(self, width: int, height: int, images: int) -> int:
        """See `Formula.least`."""
        return self.least_tokens or super().least(width, height, images)
