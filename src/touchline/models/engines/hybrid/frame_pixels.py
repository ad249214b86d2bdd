"""Frames as the network takes them."""

import io
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

Pixels = NDArray[np.uint8]

CHANNELS = 4
"""Of the network's input: three colours, and motion."""

GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Weights of red, green and blue in the brightness that motion is measured in (ITU-R BT.601)."""

_AS_THEY_ARE = np.ones(3, dtype=np.float32)
_NO_LIFT = np.zeros(3, dtype=np.float32)


def read_pixels(jpegs: Sequence[bytes], height: int, width: int) -> Pixels:
    """Frames in the size of the network, squeezed where they have another aspect.

    Args:
        jpegs: JPEG files.
        height: of the network's input in pixels.
        width: likewise.

    Returns:
        Shape (frames, height, width, 3).

    Raises:
        OSError: a frame is not a picture.
    """
    made = np.empty((len(jpegs), height, width, 3), dtype=np.uint8)
    for place, jpeg in enumerate(jpegs):
        with Image.open(io.BytesIO(jpeg)) as image:
            shown = image.convert("RGB")
        if shown.size != (width, height):
            shown = shown.resize((width, height), Image.Resampling.BILINEAR)
        made[place] = np.asarray(shown)
    return made


def as_input(
    pixels: Pixels,
    gain: NDArray[np.float32] = _AS_THEY_ARE,
    lift: NDArray[np.float32] = _NO_LIFT,
) -> Tensor:
    """Consecutive frames of a window as the network's input.

    Args:
        pixels: shape (frames, height, width, 3).
        gain: factor of each colour, shape (3,).
        lift: added to each colour, where black is -1 and white 1; shape (3,).

    Returns:
        Shape (frames, CHANNELS, height, width): red, green and blue from -1 to 1, and how much
        brighter each place is than in the frame before, which is 0 in the first frame.
    """
    scale = gain / 127.5
    mixed = np.concatenate([np.diag(scale), (scale * GREY)[:, None]], axis=1)
    added = np.append(lift - 1.0, 0.0)
    made = torch.from_numpy(pixels).float() @ torch.from_numpy(mixed.astype(np.float32))
    made += torch.from_numpy(added.astype(np.float32))
    grey = made[..., 3]
    grey[1:] -= grey[:-1].clone()
    grey[:1] = 0
    return made.permute(0, 3, 1, 2)
