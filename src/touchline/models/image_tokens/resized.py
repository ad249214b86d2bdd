"""Models that process an image in its own shape, scaled to whole patches."""

import math
from typing import Annotated, Literal

from pydantic import Field

from touchline.models.image_tokens.base import Formula, ImageCost

_Count = Annotated[int, Field(ge=1)]


class SmartResize(Formula):
    """Both sides to the nearest multiple of a merged patch, within bounds on the pixels.

    Source: `smart_resize` of Qwen2-VL and its successors, and of VideoLLaMA 3, in transformers.

    Attributes:
        patch: side of a patch in pixels.
        merge: patches per side that become one token.
        min_pixels: an image of fewer is enlarged.
        max_pixels: an image of more is scaled down.
        video_pixels: the same for all frames of a video together.
    """

    formula: Literal["smart_resize"]
    patch: _Count
    merge: _Count = 1
    min_pixels: _Count
    max_pixels: _Count
    video_pixels: _Count | None = None

    def image(self, width: int, height: int, images: int) -> ImageCost:
        """See `Formula.image`."""
        columns, rows = self._grid(width, height, self._most_pixels(images))
        return ImageCost(columns * rows, 1, columns * rows * self.merge**2)

    def least(self, width: int, height: int, images: int) -> int:
        """See `Formula.least`: both sides rounded down, and small images not enlarged."""
        side = self.patch * self.merge
        columns, rows = self._grid(width, height, self._most_pixels(images))
        columns, rows = min(columns - 1, width // side), min(rows - 1, height // side)
        return max(1, columns) * max(1, rows)

    def _most_pixels(self, images: int) -> int:
        if not self.video_pixels:
            return self.max_pixels
        return min(self.max_pixels, self.video_pixels // max(images, self.frames_merged))

    def _grid(self, width: int, height: int, most: int) -> tuple[int, int]:
        """Columns and rows of tokens."""
        side = self.patch * self.merge
        columns, rows = round(width / side), round(height / side)
        if columns * rows * side**2 > most:
            shrink = math.sqrt(width * height / most)
            columns = max(1, math.floor(width / shrink / side))
            rows = max(1, math.floor(height / shrink / side))
        elif columns * rows * side**2 < self.min_pixels:
            grow = math.sqrt(self.min_pixels / (width * height))
            columns, rows = math.ceil(width * grow / side), math.ceil(height * grow / side)
        return columns, rows


class LongestEdge(Formula):
    """Scaled down until the longer side fits, then cut into patches; each row ends in a token.

    Source: `PixtralProcessor` in transformers, also of Mistral Small 3.

    Attributes:
        patch: side of a patch in pixels.
        merge: patches per side that become one token.
        longest_edge: of the image, in pixels.
    """

    formula: Literal["longest_edge"]
    patch: _Count
    merge: _Count = 1
    longest_edge: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        shrink = max(1.0, width / self.longest_edge, height / self.longest_edge)
        side = self.patch * self.merge
        columns = math.ceil(math.floor(width / shrink) / side)
        rows = math.ceil(math.floor(height / shrink) / side)
        return ImageCost((columns + 1) * rows, 1, columns * rows * self.merge**2, rows)

    def least(self, width: int, height: int, images: int) -> int:
        """See `Formula.least`: both sides rounded down instead of up, and no ends of rows."""
        cost = self.image(width, height, images)
        rows = cost.separators
        columns = cost.features // rows
        return max(1, columns - 1) * max(1, rows - 1)


class BoundedPatches(Formula):
    """Scaled down to bounds on the longer side and on the number of patches; no patch is merged.

    Source: https://platform.claude.com/docs/en/build-with-claude/vision (November 2026): an image
    costs ⌈width/28⌉ · ⌈height/28⌉ tokens; at most 1,568 for a longer side of 1,568 pixels, or
    4,784 and 2,576 with Claude 4.7 and later.

    Attributes:
        patch: side of a patch in pixels.
        longest_edge: of the image, in pixels.
        max_tokens: per image.
    """

    formula: Literal["bounded_patches"]
    patch: _Count
    longest_edge: _Count
    max_tokens: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        shrink = max(1.0, width / self.longest_edge, height / self.longest_edge)
        columns = math.ceil(width / shrink / self.patch)
        rows = math.ceil(height / shrink / self.patch)
        tokens = min(columns * rows, self.max_tokens)
        return ImageCost(tokens, 1, tokens)

    def least(self, width: int, height: int, images: int) -> int:
        """See `Formula.least`: the formula of earlier models, a token for 750 pixels."""
        tokens = self.image(width, height, images).tokens
        return max(1, min(tokens, int(width * height / 750), 1_500) * 9 // 10)


class PatchBudget(Formula):
    """Scaled up or down to the largest size of whole tokens within a number of tokens.

    Source: `get_aspect_ratio_preserving_size` of Gemma 4 in transformers.

    Attributes:
        patch: side of a patch in pixels.
        merge: patches per side that become one token.
        max_tokens: per image.
    """

    formula: Literal["patch_budget"]
    patch: _Count
    merge: _Count = 1
    max_tokens: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        side = self.patch * self.merge
        scale = math.sqrt(self.max_tokens * side**2 / (width * height))
        columns = max(1, math.floor(width * scale / side))
        rows = max(1, math.floor(height * scale / side))
        tokens = min(columns * rows, self.max_tokens)
        return ImageCost(tokens, 1, tokens * self.merge**2)


class PaddedPatches(Formula):
    """Scaled down to bounds on patches, then padded to whole tokens; never enlarged.

    Source: `navit_resize` of Kimi K2.5 in transformers.

    Attributes:
        patch: side of a patch in pixels.
        merge: patches per side that become one token.
        max_patches: per image.
        max_side: patches along a side.
    """

    formula: Literal["padded_patches"]
    patch: _Count
    merge: _Count = 1
    max_patches: _Count
    max_side: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        patches = max(1, width // self.patch) * max(1, height // self.patch)
        longest = self.max_side * self.patch
        scale = min(1.0, math.sqrt(self.max_patches / patches), longest / width, longest / height)
        side = self.patch * self.merge
        columns = math.ceil(max(1, int(width * scale)) / side)
        rows = math.ceil(max(1, int(height * scale)) / side)
        return ImageCost(columns * rows, 1, columns * rows * self.merge**2)

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: both sides rounded down instead of up."""
        cost = self.image(width, height, 1)
        side = self.patch * self.merge
        return max(1, min(cost.tokens, (width // side) * (height // side)) * 9 // 10)


class PatchGrid(Formula):
    """Scaled into bounds on the number of patches, with whole tokens along both sides.

    Source: `get_patch_grid_size` of Nemotron 3 Nano Omni in transformers.

    Attributes:
        patch: side of a patch in pixels.
        merge: patches per side that become one token.
        min_patches: an image of fewer is enlarged.
        max_patches: an image of more is scaled down.
    """

    formula: Literal["patch_grid"]
    patch: _Count
    merge: _Count = 1
    min_patches: _Count
    max_patches: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        rows, columns = (round(side / self.patch + 0.5) for side in (height, width))
        shrink = min(1.0, math.sqrt(self.max_patches / (rows * columns)))
        rows, columns = math.floor(shrink * rows), math.floor(shrink * columns)
        if rows * columns < self.min_patches:
            grow = math.sqrt(self.min_patches / (rows * columns))
            rows, columns = math.ceil(grow * rows), math.ceil(grow * columns)
        rows = self._whole(rows, columns)
        columns = self._whole(columns, rows)
        return ImageCost(rows * columns // self.merge**2, 1, rows * columns)

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: small images not enlarged, and both sides rounded down."""
        side = self.patch * self.merge
        most = self.max_patches // self.merge**2 * 9 // 10
        return max(1, min(most, (width // side) * (height // side)))

    def _whole(self, length: int, other: int) -> int:
        """A length in patches as a multiple of `merge`, up where the bound allows it."""
        over = length % self.merge
        if not over:
            return length
        up = length + self.merge - over
        return up if up * other <= self.max_patches else max(self.merge, length - over)
