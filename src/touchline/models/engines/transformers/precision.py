"""How weights and past keys and values are held: in full, or in fewer bits."""

import logging
from importlib.util import find_spec
from typing import Any

import torch
import transformers
from transformers.utils import import_utils

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard

_AMPERE = 8.0
"""The least compute capability that supports bfloat16."""


def weight_arguments(card: TransformersCard, capability: float | None) -> dict[str, Any]:
    """The arguments of `from_pretrained` for the precision of the weights.

    Args:
        card: the model.
        capability: CUDA compute capability of the weakest GPU; None without a GPU.

    Raises:
        UserError: the library for this precision is not installed.
    """
    half = torch.float16 if capability is not None and capability < _AMPERE else torch.bfloat16
    match card.precision:
        case "nf4":
            _bitsandbytes(card)
            config = transformers.BitsAndBytesConfig(
                load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=half
            )
            return {"dtype": half, "quantization_config": config}
        case "int8":
            _bitsandbytes(card)
            config = transformers.BitsAndBytesConfig(load_in_8bit=True)
            return {"dtype": half, "quantization_config": config}
        case "awq":
            _require(card, "gptqmodel")
            return {"dtype": torch.float16}
        case "int4":
            _require(card, "compressed_tensors")
            return {"dtype": half}
        case plain:
            return {"dtype": getattr(torch, plain)}


def cache_arguments(card: TransformersCard) -> dict[str, Any]:
    """The arguments of `generate` for the cache of keys and values.

    Raises:
        UserError: the library for this cache is not installed.
    """
    if card.kv_cache == "full":
        return {}
    if card.kv_cache == "fp8":
        return {"cache_implementation": "quantized", "cache_config": {"backend": "fp8"}}
    if not import_utils.is_optimum_quanto_available():
        raise UserError(
            f"model '{card.name}' keeps keys and values in {card.kv_cache}, which needs "
            "optimum-quanto: pip install optimum-quanto, or use kv_cache: fp8, which needs nothing."
        )
    config = {"backend": "quanto", "nbits": int(card.kv_cache.removeprefix("int"))}
    return {"cache_implementation": "quantized", "cache_config": config}


def _bitsandbytes(card: TransformersCard) -> None:
    """Requires the library, and silences its warning about the same cast at every step."""
    _require(card, "bitsandbytes")
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)


def _require(card: TransformersCard, library: str) -> None:
    if find_spec(library) is None:
        raise UserError(
            f"model '{card.name}' has precision {card.precision}, which needs {library}: "
            f"pip install {library.replace('_', '-')}, or choose another precision in the card."
        )
