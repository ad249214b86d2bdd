"""Models that cut an image into crops along its own shape."""

import math
from typing import Annotated, Literal

from pydantic import Field

from touchline.models.image_tokens.base import Formula, ImageCost
from touchline.models.image_tokens.tiled import nearest_grid

_Count = Annotated[int, Field(ge=1)]


class PhiCrops(Formula):
    """Crops of 336 pixels, 144 tokens each, the whole image, and a token after every row.

    Source: `calc_hd_transform_size` of the code that microsoft/Phi-3.5-vision-instruct comes with.

    Attributes:
        crops: most crops of an image.
    """

    formula: Literal["phi_crops"]
    crops: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        ratio = max(width, height) / min(width, height)
        long = 1
        while (long + 1) * math.ceil((long + 1) / ratio) <= self.crops:
            long += 1
        short = math.ceil(int(long * 336 / ratio) / 336)
        rows = short if width >= height else long
        views = long * short + 1
        return ImageCost(views * 144 + 1 + (rows + 1) * 12, views, 577)

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: the whole image, without crops."""
        return 144


class Phi4Crops(Formula):
    """Crops of 448 pixels without padding, the whole image, and a token after every row.

    Source: `Phi4MultimodalImageProcessor` in transformers.

    Attributes:
        crops: most crops of an image.
    """

    formula: Literal["phi4_crops"]
    crops: _Count

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        columns, rows = math.ceil(width / 448), math.ceil(height / 448)
        if columns * rows > self.crops:
            columns, rows = nearest_grid(width, height, 448, self.crops)
        across, down = self._filled(width, height, columns, rows)
        return ImageCost(256 + 1 + across * down + down + 16, columns * rows + 1, 32 * 32)

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: the whole image, without crops."""
        return 256

    @staticmethod
    def _filled(width: int, height: int, columns: int, rows: int) -> tuple[int, int]:
        """Tokens across and down that are not padding: every second patch of 14 pixels."""
        full_width, full_height = columns * 448, rows * 448
        scale_across, scale_down = full_width / width, full_height / height
        if scale_across < scale_down:
            empty = (0, full_height - int(height * scale_across))
        else:
            empty = (full_width - int(width * scale_down), 0)
        across = full_width // 14 - empty[0] // 14
        down = full_height // 14 - empty[1] // 14
        return math.ceil(across / 2), math.ceil(down / 2)


class Slices(Formula):
    """The whole image, and slices of roughly equal area where the image is larger than one slice.

    Source: `get_sliced_grid` of MiniCPM-V in transformers. Each slice has two tokens around it.

    Attributes:
        scale: side in pixels of a square with a slice's area.
        patch: side of a patch in pixels.
        slices: most slices of an image.
        slice_tokens: of each slice and of the whole, where a resampler makes the number constant.
        merge: patches per side that become one token, where there is no resampler.
    """

    formula: Literal["slices"]
    scale: _Count = 448
    patch: _Count = 14
    slices: _Count = 9
    slice_tokens: _Count | None = None
    merge: _Count = 1

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        patches = (self.scale // self.patch) ** 2
        grid = self._grid(width, height)
        if grid is None:
            return ImageCost(self._tokens(width, height, enlarge=False), 1, patches)
        rows, columns = grid
        whole = self._tokens(width, height, enlarge=False)
        one = self._tokens(
            _whole(width, columns) / columns, _whole(height, rows) / rows, enlarge=True
        )
        return ImageCost(whole + rows * columns * (one + 2), rows * columns + 1, patches)

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: the whole image, without slices."""
        return self._tokens(width, height, enlarge=False)

    def _grid(self, width: int, height: int) -> tuple[int, int] | None:
        count = min(math.ceil(width * height / self.scale**2), self.slices)
        if count <= 1:
            return None
        counts = [n for n in (count - 1, count, count + 1) if 1 < n <= self.slices]
        grids = [(rows, n // rows) for n in counts for rows in range(1, n + 1) if n % rows == 0]
        shape = math.log(width / height)
        return min(grids, key=lambda grid: (abs(shape - math.log(grid[1] / grid[0])), -grid[0]))

    def _tokens(self, width: float, height: float, *, enlarge: bool) -> int:
        if self.slice_tokens is not None:
            return self.slice_tokens
        if enlarge or width * height > self.scale**2:
            ratio = width / height
            height = int(self.scale / math.sqrt(ratio))
            width = int(height * ratio)
        side = self.patch * self.merge
        return max(1, round(width / side)) * max(1, round(height / side))


class OverlappingCrops(Formula):
    """The whole image in one square, and crops of it that share a margin; rows end in a token.

    Source: `compute_crop_geometry` and `Molmo2Processor` of Molmo2 in transformers.

    Attributes:
        tile: side of the square and of a crop, in pixels.
        patch: side of a patch in pixels.
        pool: patches per side that become one token.
        margin: patches that neighbouring crops share.
        max_crops: most crops of an image.
        whole_rows: whether the rows of the whole image end in a token too.
    """

    formula: Literal["overlapping_crops"]
    tile: _Count
    patch: _Count
    pool: _Count
    margin: Annotated[int, Field(ge=0)]
    max_crops: _Count
    whole_rows: bool = False

    def image(self, width: int, height: int, images: int) -> ImageCost:  # noqa: ARG002
        """See `Formula.image`."""
        side = self.tile // self.patch
        step = side - self.margin
        shared = self.margin * self.patch
        down, across = self._grid(height - shared, width - shared, step * self.patch)
        rows, columns = (math.ceil((n * step + self.margin) / self.pool) for n in (down, across))
        whole = math.ceil(side / self.pool)
        ends = rows + (whole if self.whole_rows else 0)
        return ImageCost(
            rows * columns + whole**2 + ends, down * across + 1, side**2, separators=ends
        )

    def least(self, width: int, height: int, images: int) -> int:  # noqa: ARG002
        """See `Formula.least`: the whole image, without crops, pooled as frames of videos are."""
        return math.ceil(self.tile // self.patch / 3) ** 2

    def _grid(self, height: int, width: int, window: int) -> tuple[int, int]:
        """Rows and columns: the least enlarging grid, else that which shrinks least."""
        grids = [
            (rows, columns)
            for rows in range(1, self.max_crops + 1)
            for columns in range(1, self.max_crops // rows + 1)
        ]
        grids.sort(key=lambda grid: (grid[0] * grid[1], grid[0]))

        def scale(grid: tuple[int, int]) -> float:
            return min(grid[0] * window / height, grid[1] * window / width)

        enlarging = [grid for grid in grids if scale(grid) >= 1]
        return min(enlarging, key=scale) if enlarging else max(grids, key=scale)


def _whole(length: int, parts: int) -> int:
    """The multiple of `parts` that is nearest to a length."""
    return max(round(length / parts) * parts, parts)
