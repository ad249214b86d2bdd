"""The size of a frame within a number of pixels."""

import math


def scaled_size(width: int, height: int, max_pixels: int | None) -> tuple[int, int]:
    """Width and height with at most so many pixels, aspect kept; never enlarged.

    >>> scaled_size(854, 480, 854 * 480 // 4), scaled_size(854, 480, None)
    ((427, 240), (854, 480))
    """
    if max_pixels is None:
        return width, height
    share = min(1.0, math.sqrt(max_pixels / (width * height)))
    return max(1, int(width * share)), max(1, int(height * share))
