"""Models that cut an image into square tiles and process each tile at one size."""

import math
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from touchline.models.image_tokens.base import Formula, ImageCost

_Count = Annotated[int, Field(ge=1)]


class _Tiles(Formula):
    """Tiles of one size.

    Attributes:
        tile: side of a tile in pixels.
        tile_tokens: tokens of a tile.
        tile_patches: length of a tile in the vision encoder's sequence.
    """

    tile: _Count
    tile_tokens: _Count
    tile_patches: _Count

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: one tile for the whole image."""
        return self.tile_tokens


class Nearest(_Tiles):
    """The grid nearest in shape, and the whole image as one more tile where there are several.

    Source: `get_optimal_tiled_canvas` of GOT-OCR2, which InternVL uses, in transformers.

    Attributes:
        max_tiles: most tiles of a grid.
    """

    formula: Literal["nearest_tiles"]
    max_tiles: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        columns, rows = nearest_grid(width, height, self.tile, self.max_tiles)
        tiles = columns * rows
        views = tiles + 1 if tiles > 1 else 1
        return ImageCost(views * self.tile_tokens, views, self.tile_patches)


class Canvas(_Tiles):
    """The smallest grid that holds the image without shrinking it, else the largest.

    Source: `get_best_fit` of Llama 4 and `get_optimal_tiled_canvas` of Llama 3.2, in transformers.

    Attributes:
        max_tiles: most tiles of a grid.
        whole_too: whether the whole image follows as one more tile, with a token between tiles,
            as in Llama 4.
        padded: whether every image fills all tiles, as in Llama 3.2, whose encoder attends
            over them all, and whose images cost one token of the prompt.
    """

    formula: Literal["canvas_tiles"]
    max_tiles: _Count
    whole_too: bool = False
    padded: bool = False

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        if self.padded:
            return ImageCost(self.tile_tokens, 1, self.max_tiles * self.tile_patches)
        columns, rows = self._grid(width, height)
        tiles = columns * rows
        if tiles == 1 or not self.whole_too:
            return ImageCost(tiles * self.tile_tokens, tiles, self.tile_patches)
        tokens = (tiles + 1) * self.tile_tokens + tiles
        return ImageCost(tokens, tiles + 1, self.tile_patches, tiles)

    def _grid(self, width: int, height: int) -> tuple[int, int]:
        grids = [
            (columns, rows)
            for columns in range(1, self.max_tiles + 1)
            for rows in range(1, self.max_tiles // columns + 1)
        ]

        def scale(grid: tuple[int, int]) -> Fraction:
            return min(Fraction(grid[0] * self.tile, width), Fraction(grid[1] * self.tile, height))

        enlarging = [scale(grid) for grid in grids if scale(grid) >= 1]
        chosen = min(enlarging) if enlarging else max(map(scale, grids))
        fitting = [grid for grid in grids if scale(grid) == chosen]
        return min(fitting, key=lambda grid: grid[0] * grid[1])


class Split(_Tiles):
    """Scaled so that the longer side has a fixed length, cut into tiles, and the whole as one more.

    Source: `Idefics3Processor` in transformers, also of SmolVLM. Each tile has two tokens for its
    position, each row one for its end, the whole image three.

    Attributes:
        longest_edge: of the scaled image, in pixels.
    """

    formula: Literal["split_tiles"]
    longest_edge: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        longer, shorter = max(width, height), min(width, height)
        scaled = int(self.longest_edge / (longer / shorter))
        across = math.ceil(self.longest_edge / self.tile)
        along = math.ceil((scaled + scaled % 2) / self.tile)
        columns, rows = (across, along) if width >= height else (along, across)
        whole = self.tile_tokens + 3
        if columns * rows == 1:
            return ImageCost(whole, 1, self.tile_patches, 3)
        views = columns * rows + 1
        tokens = rows * (columns * (self.tile_tokens + 2) + 1) + whole
        separators = tokens - views * self.tile_tokens
        return ImageCost(tokens, views, self.tile_patches, separators)


class OpenAITiles(Formula):
    """Scaled to fit 2048 pixels, then to 768 on the shorter side, and cut into tiles of 512.

    Source: OpenAI's guide to image inputs, "detail: high" of GPT-4o.

    Attributes:
        base: tokens of every image.
        tile_tokens: of each tile.
    """

    formula: Literal["openai_tiles"]
    base: _Count
    tile_tokens: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        scale = min(1.0, 2048 / max(width, height))
        scale = min(scale, 768 / min(width, height))
        tiles = math.ceil(width * scale / 512) * math.ceil(height * scale / 512)
        return ImageCost(self.base + tiles * self.tile_tokens, tiles + 1, 0)

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: "detail: low", which an endpoint may choose."""
        return self.base


class GeminiTiles(Formula):
    """One tile for a small image, else tiles whose side follows from the image's shorter side.

    Source: https://ai.google.dev/gemini-api/docs/tokens and
    https://ai.google.dev/gemini-api/docs/image-understanding (November 2026): an image with both
    sides up to 384 pixels is 258 tokens; a larger one is cut into tiles, each scaled to 768 pixels
    and 258 tokens; the side of a tile is two thirds of the shorter side of the image, so 960 × 540
    is 3 × 2 tiles.

    Attributes:
        tile_tokens: of each tile.
        small: an image with no side longer than this, in pixels, is one tile.
        smallest_tile: the least side of a tile in pixels.
        largest_tile: the greatest.
    """

    formula: Literal["gemini_tiles"]
    tile_tokens: _Count = 258
    small: _Count = 384
    smallest_tile: _Count = 256
    largest_tile: _Count = 768

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        if max(width, height) <= self.small:
            return ImageCost(self.tile_tokens, 1, 0)
        side = math.floor(min(width, height) / 1.5)
        side = min(max(side, self.smallest_tile), self.largest_tile)
        tiles = math.ceil(width / side) * math.ceil(height / side)
        return ImageCost(tiles * self.tile_tokens, tiles, 0)

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: one tile, as for `media_resolution: medium` and in videos."""
        return self.tile_tokens


def nearest_grid(width: int, height: int, tile: int, most: int) -> tuple[int, int]:
    """Columns and rows with at most `most` tiles, nearest in shape to the image.

    Of grids of one shape the larger one, as long as the image covers more than half of it.
    """
    grids = sorted(
        (
            (columns, rows)
            for columns in range(1, most + 1)
            for rows in range(1, most // columns + 1)
        ),
        key=lambda grid: grid[0] * grid[1],
    )
    best, least = (1, 1), math.inf
    for columns, rows in grids:
        difference = abs(width / height - columns / rows)
        covers = width * height > 0.5 * tile**2 * columns * rows
        if difference < least or (difference == least and covers):
            best, least = (columns, rows), difference
    return best
