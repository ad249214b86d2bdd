"""Which weight matrices of a model get an adapter."""

from typing import Any

import torch

from touchline.errors import UserError
from touchline.models import POOLING


def trained_modules(model: Any) -> list[str]:
    """Names of the modules that are trained as a whole: a pooling of dense frames with weights."""
    return [
        name
        for name, module in model.named_modules()
        if name.endswith(POOLING) and any(True for _ in module.parameters())
    ]


def adapted_modules(name: str, model: Any, vision: bool) -> list[str]:
    """Names of the linear layers that get an adapter.

    Those of the language model: of its attention and its feed-forward parts. The layer that scores
    tokens gets none, as usual. Families are told apart by the model itself: transformers knows
    what its decoder is.

    Args:
        name: of the card, for errors.
        model: as transformers loaded it.
        vision: also those outside of the language model: the vision encoder and the connector.

    Raises:
        UserError: the language model cannot be told from the rest, or has no linear layers.
    """
    decoder = model.get_decoder() if hasattr(model, "get_decoder") else None
    head = model.get_output_embeddings()
    linear = [
        (path, module)
        for path, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module is not head and POOLING not in path
    ]
    inside = set() if decoder is None else {id(module) for module in decoder.modules()}
    language = [path for path, module in linear if id(module) in inside]
    if not language:
        raise UserError(
            f"model '{name}': the linear layers of its language model cannot be found in "
            f"{type(model).__name__}, so no adapter can be trained."
        )
    return [path for path, _ in linear] if vision else language
