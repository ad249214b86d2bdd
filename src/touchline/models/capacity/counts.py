"""Counting a model's parameters from its configuration alone, on torch's meta device."""

from dataclasses import dataclass
from typing import Any

from touchline.errors import UserError
from touchline.models.card_types.local import Precision

NF4_BITS = 4 + 32 / 64
"""Bits a weight: 4, and one 32-bit scale for 64 of them (Dettmers et al. 2023, section 2)."""

AWQ_BITS = 4 + (16 + 4) / 128
"""Bits a weight: 4, a 16-bit scale and a 4-bit zero for groups of 128 (Lin et al. 2024)."""

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
        linear: those in linear layers but the last, which bitsandbytes quantises.
        text_linear: of these, those of the language model, which AWQ checkpoints quantise.
    """

    total: int
    linear: int
    text_linear: int

    def weights_gb(self, precision: Precision) -> float:
        """Size of the weights in units of 10**9 bytes; what is not quantised has 16 bits."""
        low = {"int8": self.linear, "nf4": self.linear, "awq": self.text_linear}
        quantised = low.get(precision, self.total)
        rest = self.total - quantised
        return round((quantised * _BITS[precision] + rest * 16) / 8 / 1e9, 2)


def count_parameters(architecture: dict[str, Any]) -> ParameterCounts:
    """Builds the model of a card's architecture without memory for its weights, and counts.

    Args:
        architecture: as on a card, with `model_type`.

    Raises:
        UserError: transformers is not installed, or has no class for the architecture.
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
    """The model of a card's architecture, with weights that are only shapes.

    Raises:
        UserError: as `count_parameters`.
    """
    try:
        import torch
    except ImportError as error:
        raise UserError(
            f"an architecture is built with torch and transformers, which are missing ({error}): "
            "pip install 'touchline[local]'."
        ) from error
    with torch.device("meta"):
        return build_model(architecture)


def build_model(architecture: dict[str, Any], **arguments: Any) -> Any:
    """The model of a card's architecture with random weights, on torch's current device.

    Args:
        architecture: as on a card, with `model_type`.
        arguments: for transformers' `from_config`, such as `dtype` and `attn_implementation`.

    Raises:
        UserError: transformers has no class for it.
    """
    from touchline.models.torchvision_compat import register_torchvision_operators

    register_torchvision_operators()
    import transformers

    words = {word: value for word, value in architecture.items() if word != "full_logits"}
    kind = words.pop("model_type")
    try:
        config = transformers.AutoConfig.for_model(kind, **words)
    except ValueError as error:
        raise UserError(
            f"transformers {transformers.__version__} has no class for the architecture '{kind}', "
            "so it cannot be built without its checkpoint's own code."
        ) from error
    loaders = (transformers.AutoModelForImageTextToText, transformers.AutoModelForMultimodalLM)
    loader = next(one for one in loaders if type(config) in one._model_mapping)
    return loader.from_config(config, **arguments)  # type: ignore[no-untyped-call]
