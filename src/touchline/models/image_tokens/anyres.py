"""Models that process the whole image, and again in the tiles of a chosen grid."""

import math
from typing import Annotated, Literal

from pydantic import Field

from touchline.models.image_tokens.base import Formula, ImageCost

_Count = Annotated[int, Field(ge=1)]


class AnyRes(Formula):
    """The grid that wastes least without its padding, a token after each row, and the whole image.

    Source: `LlavaNextProcessor` and `LlavaOnevisionProcessor` in transformers.

    Attributes:
        tile: side of a tile in pixels.
        patch: side of a patch in pixels.
        grids: possible rows and columns of tiles.
        max_tiles: more tokens than so many tiles have are pooled; LLaVA-OneVision's "anyres_max_9".
        several_whole: whether several images are processed only whole, each with one token after
            it.
        class_token: whether the vision encoder has one more token for the whole image.
    """

    formula: Literal["anyres"]
    tile: _Count
    patch: _Count
    grids: tuple[tuple[int, int], ...]
    max_tiles: _Count | None = None
    several_whole: bool = False
    class_token: bool = False

    def image(self, width: int, height: int, images: int) -> ImageCost:
        """See `Formula.image`."""
        side = self.tile // self.patch
        patches = side**2 + self.class_token
        if self.several_whole and images > 1:
            return ImageCost(side**2 + 1, 1, patches)
        grid_rows, grid_columns = self._grid(width, height)
        rows, columns = self._unpadded(width, height, grid_rows * side, grid_columns * side)
        if self.max_tiles:
            ratio = math.sqrt(rows * columns / (self.max_tiles * side**2))
            if ratio > 1.1:
                rows, columns = int(rows // ratio), int(columns // ratio)
        return ImageCost(rows * (columns + 1) + side**2, grid_rows * grid_columns + 1, patches)

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: the whole image, without tiles."""
        return (self.tile // self.patch) ** 2

    def _grid(self, width: int, height: int) -> tuple[int, int]:
        """The grid that keeps most pixels of the image, and of those the smallest."""

        def used(grid: tuple[int, int]) -> tuple[int, int]:
            full_height, full_width = grid[0] * self.tile, grid[1] * self.tile
            scale = min(full_width / width, full_height / height)
            kept = min(int(width * scale) * int(height * scale), width * height)
            return kept, kept - full_height * full_width

        return max(self.grids, key=used)

    @staticmethod
    def _unpadded(width: int, height: int, rows: int, columns: int) -> tuple[int, int]:
        """Rows and columns of patches that are not only padding."""
        if width / height > columns / rows:
            filled = int(round(height * (columns / width), 7))
            return rows - (rows - filled) // 2 * 2, columns
        filled = int(round(width * (rows / height), 7))
        return rows, columns - (columns - filled) // 2 * 2
