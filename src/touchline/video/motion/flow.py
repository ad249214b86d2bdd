"""Optical flow between two frames, and the picture of it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.registry import install_command
from touchline.video.motion.small_frames import Picture

Flow = NDArray[np.float32]
"""Pixels right and down that each pixel moves; shape (height, width, 2)."""

FASTEST = 0.04
"""The speed that is drawn in full colour, in picture widths between two frames."""


def dense_flow(before: Picture, after: Picture) -> Flow:
    """Where each pixel of one grey picture lies in the next, by dense inverse search.

    Args:
        before: grey; shape (height, width).
        after: the same.

    Source: Kroeger et al., ECCV 2016, as in OpenCV, preset "fast".
    """
    cv2 = _opencv()
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    return np.asarray(search.calc(before, after, None), dtype=np.float32)


def colour_wheel(flow: Flow, fastest_px: float) -> Picture:
    """Flow as a picture: the hue is the direction, the depth of the colour is the speed.

    What stands still is white. Right is red, down is yellow-green, left is cyan, up is violet.

    Args:
        flow: see `Flow`.
        fastest_px: the speed in pixels that is drawn in full colour; faster is drawn the same.

    Returns:
        Red, green, blue; shape (height, width, 3).
    """
    cv2 = _opencv()
    speed, turn = cv2.cartToPolar(flow[..., 0], flow[..., 1], angleInDegrees=True)
    wheel = np.empty((*speed.shape, 3), dtype=np.uint8)
    wheel[..., 0] = np.round(turn / 2).astype(np.int32) % 180
    wheel[..., 1] = np.round(255 * np.clip(speed / fastest_px, 0, 1))
    wheel[..., 2] = 255
    return np.asarray(cv2.cvtColor(wheel, cv2.COLOR_HSV2RGB), dtype=np.uint8)


def flow_pictures(pictures: Sequence[Picture]) -> list[Picture]:
    """The flow picture of each of some frames: from it to the next.

    The last has that of the frame before; a frame by itself does not move.

    Args:
        pictures: in red, green, blue and in order, all of one shape (height, width, 3).

    Returns:
        As many pictures of the same shape.
    """
    if len(pictures) < 2:
        return [np.full_like(picture, 255) for picture in pictures]
    grey = [grey_of(picture) for picture in pictures]
    fastest_px = FASTEST * grey[0].shape[1]
    drawn = [
        colour_wheel(dense_flow(before, after), fastest_px) for before, after in pairwise(grey)
    ]
    return [*drawn, drawn[-1]]


def grey_of(picture: Picture) -> Picture:
    """A picture in red, green, blue as brightness; shape (height, width)."""
    cv2 = _opencv()
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _opencv() -> Any:
    try:
        import cv2
    except ImportError as error:
        raise UserError(
            f"motion needs OpenCV, which is not installed ({error}): {install_command('motion')}."
        ) from error
    cv2.setNumThreads(1)
    return cv2
