"""Real architectures with few layers, and a meter of their memory on the CPU."""

import copy
import weakref
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from touchline.models.card_types.local import LocalCard

_LAYER_NUMBERS: dict[str, list[int] | None] = {
    "fullatt_block_indexes": None,
    "deepstack_visual_indexes": [0],
}
"""Numbers of layers with a task of their own, which change where there are fewer."""

_INDEXED = frozenset({"llava", "llava_next", "llava_next_video", "llava_onevision", "gemma3"})
"""Architectures whose config calls the image's token an index."""


def shallow(card: LocalCard, layers: int = 2) -> LocalCard:
    """The same model with few layers and a small vocabulary, for a small machine.

    Widths stay, so a layer needs as much memory as in the whole model.
    """
    small = copy.deepcopy(card.architecture)
    assert small is not None
    text, vision = small.get("text_config", small), small["vision_config"]
    text |= {"num_hidden_layers": layers, "vocab_size": 2000}
    vision["depth" if "depth" in vision else "num_hidden_layers"] = layers
    for name, value in _LAYER_NUMBERS.items():
        if name in vision:
            vision[name] = [layers - 1] if value is None else value
    token = "image_token_index" if small["model_type"] in _INDEXED else "image_token_id"
    return card.model_copy(update={"architecture": small | {token: 1999}})


class TensorMeter(TorchDispatchMode):
    """The storage of all tensors made while it is entered that exist at the same time.

    What an operation needs inside is not counted.
    """

    device = "cpu"

    def __init__(self) -> None:
        super().__init__()
        self._alive: dict[int, int] = {}
        self._now = 0
        self._peak = 0

    def peak_bytes(self, weights_bytes: int) -> int:
        return self._peak + weights_bytes

    def ignore(self, tensors: Iterable[torch.Tensor]) -> None:
        """Counts nothing for these: a view of a weight is no new memory."""
        self._alive |= {tensor.untyped_storage()._cdata: 0 for tensor in tensors}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        made = result if isinstance(result, list | tuple) else (result,)
        for tensor in made:
            if isinstance(tensor, torch.Tensor):
                self._add(tensor)
        return result

    def _add(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._alive:
            return
        self._alive[key] = storage.nbytes()
        self._now += storage.nbytes()
        self._peak = max(self._peak, self._now)
        weakref.finalize(storage, self._forget, key)

    def _forget(self, key: int) -> None:
        self._now -= self._alive.pop(key, 0)
