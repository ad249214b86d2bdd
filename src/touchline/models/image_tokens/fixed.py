"""Models that see every image at one size."""

from typing import Annotated, Literal

from pydantic import Field

from touchline.models.image_tokens.base import Formula, ImageCost


class Fixed(Formula):
    """Every image costs the same, whatever its size.

    Attributes:
        tokens: an image.
        patches: places in the vision encoder's sequence; 0 where nobody says.
    """

    formula: Literal["fixed"]
    tokens: Annotated[int, Field(ge=1)]
    patches: Annotated[int, Field(ge=0)] = 0

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        return ImageCost(self.tokens, 1, self.patches)
