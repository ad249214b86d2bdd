"""Between the stages: what the connector shows is put on the scale of words.

The classifier normalises what it is shown, so the first stage leaves the connector's output as
it falls: a large constant vector, and a few directions that drown the others. A language model
has no such norm. It adds what it is shown to its stream as it is, and would learn very slowly.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

_SPREAD = 0.5
"""Standard deviation of what is shown, after conditioning; words begin at 0.02."""

_FLOOR = 0.02
"""Directions with less than this share of the mean power are taken for noise."""


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What was done to the connector's output.

    Attributes:
        offset: added first, shape (text width,).
        matrix: then multiplied with, symmetric, shape (text width, text width).
    """

    offset: Tensor
    matrix: Tensor

    def __call__(self, shown: Tensor) -> Tensor:
        """What the conditioned model shows where it showed this before; any leading shape."""
        return (shown + self.offset) @ self.matrix


def condition(model: Any, shown: Tensor) -> Conditioning:
    """Centres and whitens the connector's output, by changing the model's weights.

    The connector has no bias of its own, so the offset goes into the bias of the last norm of
    the vision tower, as far as the connector lets it through. Whitening goes by the second
    moment about zero, so that what is left of the constant vector is damped as well.

    Args:
        model: the model; its last vision norm and its connector are changed in place.
        shown: what it shows of many frames, shape (frames, tokens a frame, text width).
    """
    norm = model.model.vision_model.post_layernorm
    projection = model.model.connector.modality_projection.proj
    with torch.no_grad():
        flat = shown.flatten(0, 1).double()
        weight = projection.weight.double()
        summed = weight.unflatten(1, (-1, norm.bias.shape[0])).sum(dim=1)
        shift = torch.linalg.lstsq(summed, -flat.mean(dim=0)[:, None]).solution[:, 0]
        offset = summed @ shift
        moved = flat + offset
        power, directions = torch.linalg.eigh(moved.T @ moved / len(moved))
        gain = _SPREAD / torch.sqrt(power.clamp(min=0) + _FLOOR * power.mean())
        matrix = (directions * gain) @ directions.T
        norm.bias += shift.to(norm.bias.dtype)
        projection.weight.copy_(matrix @ weight)
    return Conditioning(offset.float(), matrix.float())
