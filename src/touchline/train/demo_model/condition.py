"""Between the stages: the connector's output is scaled like embeddings of words.

The classifier normalizes its input, so the first stage leaves a connector output with a large
constant vector and a few directions that dominate the others. A language model does not normalize
its input embeddings and would learn very slowly from it.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

_SPREAD = 0.5
"""Standard deviation of the output after conditioning; words start at 0.02."""

_FLOOR = 0.02
"""Directions with less than this share of the mean power are treated as noise."""


@dataclass(frozen=True, slots=True)
class Conditioning:
    """The change of the connector's output.

    Attributes:
        offset: added first, shape (text width,).
        matrix: then multiplied with, symmetric, shape (text width, text width).
    """

    offset: Tensor
    matrix: Tensor

    def __call__(self, shown: Tensor) -> Tensor:
        """The output after conditioning for an output before it; any leading shape."""
        return (shown + self.offset) @ self.matrix


def condition(model: Any, shown: Tensor) -> Conditioning:
    """Centres and whitens the connector's output, by changing the model's weights.

    The connector has no bias of its own, so the offset goes into the bias of the last norm of
    the vision tower, as far as the connector lets it through. Whitening uses the second
    moment about zero, so that the rest of the constant vector is damped as well.

    Args:
        model: the model; its last vision norm and its connector are changed in place.
        shown: its output for many frames, shape (frames, tokens per frame, text width).
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
