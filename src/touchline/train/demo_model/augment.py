"""Random changes of a clip: mirrored, cropped, with different brightness."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional


def normalize_pixels(frames: NDArray[np.uint8]) -> Tensor:
    """8-bit frames, shape (frames, side, side, 3), normalized as by the processor.

    Returns:
        Shape (frames, 3, side, side), from -1 to 1.
    """
    return torch.from_numpy(np.ascontiguousarray(frames.transpose(0, 3, 1, 2))) / 127.5 - 1.0


def augment(frames: NDArray[np.uint8], draw: np.random.Generator) -> Tensor:
    """Frames of one clip, all changed in the same way.

    Mirroring is allowed: sides change at half-time, and kits, not sides, distinguish the teams.

    Args:
        frames: 8-bit values, shape (frames, side, side, 3).
        draw: random number generator.

    Returns:
        Normalised pixel values, shape (frames, 3, side, side).
    """
    pixels = normalize_pixels(frames)
    side = pixels.shape[-1]
    if draw.random() < 0.5:
        pixels = pixels.flip(-1)
    if draw.random() < 0.8:
        kept = int(side * draw.uniform(0.85, 1.0))
        top, left = draw.integers(0, side - kept + 1, size=2)
        cropped = pixels[:, :, top : top + kept, left : left + kept]
        pixels = functional.interpolate(cropped, size=(side, side), mode="bilinear")
    gain = torch.tensor(draw.uniform(0.85, 1.15, (1, 3, 1, 1)), dtype=torch.float32)
    lift = torch.tensor(draw.uniform(-0.1, 0.1, (1, 3, 1, 1)), dtype=torch.float32)
    return pixels * gain + lift
