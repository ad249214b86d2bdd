"""Counting a model's parameters from its configuration alone, on torch's meta device."""

from dataclasses import dataclass
from typing import Any

import torch

from touchline.models.capacity.peak_memory import build_model
from touchline.models.card_types.local import Precision

NF4_BITS = 4 + 32 / 64
"""Bits per weight: 4, and one 32-bit scale for 64 of them (Dettmers et al. 2023, section 2)."""

AWQ_BITS = 4 + (16 + 4) / 128
"""Bits per weight: 4, a 16-bit scale and a 4-bit zero for groups of 128 (Lin et al. 2024)."""

_BITS: dict[Precision, float] = {
    "float32": 32,
    "bfloat16": 16,
    "float16": 16,
    "int8": 8,
    "nf4": NF4_BITS,
    "awq": AWQ_BITS,
}


@dataclass(frozen=True, slots=True)
class ParameterCounts:
    """Parameters of a model.

    Attributes:
        total: all of them; shared ones count once.
        linear: those in linear layers but the last, which bitsandbytes quantizes.
        text_linear: of these, those of the language model, which AWQ checkpoints quantize.
    """

    total: int
    linear: int
    text_linear: int

    def weights_gb(self, precision: Precision) -> float:
        """Size of the weights in units of 10**9 bytes; what is not quantized has 16 bits."""
        low = {"int8": self.linear, "nf4": self.linear, "awq": self.text_linear}
        quantized = low.get(precision, self.total)
        rest = self.total - quantized
        return round((quantized * _BITS[precision] + rest * 16) / 8 / 1e9, 2)


def count_parameters(architecture: dict[str, Any]) -> ParameterCounts:
    """Builds the model of a card's architecture without memory for its weights, and counts.

    Args:
        architecture: as on a card, with `model_type`.

    Raises:
        UserError: transformers has no class for the architecture.
    """
    model = empty_model(architecture)
    last = model.get_output_embeddings()
    linear = text_linear = 0
    for name, module in model.named_modules():
        if type(module).__name__ == "Linear" and module is not last:
            linear += module.weight.numel()
            if "vision" not in name and "visual" not in name and "projector" not in name:
                text_linear += module.weight.numel()
    return ParameterCounts(sum(p.numel() for p in model.parameters()), linear, text_linear)


def empty_model(architecture: dict[str, Any]) -> Any:
    """The model of a card's architecture, with weights that are only shapes."""
    with torch.device("meta"):
        return build_model(architecture)
