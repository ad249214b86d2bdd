"""Peak memory of a real architecture with random weights: what the formulas are checked against."""

import copy
import gc
import inspect
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from touchline.models.capacity.counts import build_model
from touchline.models.capacity.pictures import picture_processor
from touchline.models.image_tokens.base import Formula


@dataclass(frozen=True, slots=True)
class Asking:
    """What a model is asked while it is measured.

    Attributes:
        frames: images in the prompt.
        width: of each, in pixels.
        height: of each, in pixels.
        text_tokens: tokens of the prompt beside the images.
        new_tokens: length of the answer.
    """

    frames: int
    width: int
    height: int
    text_tokens: int = 200
    new_tokens: int = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured.

    Attributes:
        weights_bytes: memory of the weights.
        peak_bytes: the most that weights and tensors took together.
        prompt_tokens: length of the prompt.
    """

    weights_bytes: int
    peak_bytes: int
    prompt_tokens: int


def shallow(architecture: dict[str, Any], layers: int = 2) -> dict[str, Any]:
    """The same architecture with few layers and a small vocabulary, for a small machine.

    Widths stay, so the memory of a layer at work is that of the whole model.
    """
    small = copy.deepcopy(architecture)
    text, vision = small.get("text_config", small), small["vision_config"]
    text |= {"num_hidden_layers": layers, "vocab_size": 2000}
    vision["depth" if "depth" in vision else "num_hidden_layers"] = layers
    for word, value in _PLACES.items():
        if word in vision:
            vision[word] = [layers - 1] if value is None else value
    token = "image_token_index" if small["model_type"] in _INDEXED else "image_token_id"
    return small | {token: 1999}


_PLACES: dict[str, list[int] | None] = {
    "fullatt_block_indexes": None,
    "deepstack_visual_indexes": [0],
}
"""Layers with a task of their own, which move where there are fewer."""

_INDEXED = frozenset({"llava", "llava_next", "llava_next_video", "llava_onevision", "gemma3"})
"""Architectures that call the image's token an index."""


def measure(
    architecture: dict[str, Any],
    formula: Formula,
    asking: Asking,
    device: str,
    precision: str,
    attention: str,
) -> Measured:
    """Builds the model, shows it random pictures, and notes the most memory that it took.

    On a GPU that is what torch's allocator has held; elsewhere the storage of all tensors alive
    at once, without what an operation needs inside.

    Args:
        architecture: as on a card.
        formula: of the tokens of an image.
        asking: the prompt.
        device: of torch, such as "cuda" or "cpu".
        precision: of torch, such as "bfloat16".
        attention: "sdpa" or "eager", or what else transformers knows.

    Raises:
        UserError: transformers has no class for the architecture.
        torch.OutOfMemoryError: it does not fit.
    """
    dtype = getattr(torch, precision)
    with torch.device(device):
        model = build_model(architecture, dtype=dtype, attn_implementation=attention).eval()
    inputs = _inputs(model, architecture, formula, asking)
    moved = {
        name: value.to(device, dtype if value.is_floating_point() else None)
        for name, value in inputs.items()
    }
    weights = sum(p.numel() * p.element_size() for p in model.parameters())
    arguments = {"max_new_tokens": asking.new_tokens, "min_new_tokens": asking.new_tokens}
    with torch.inference_mode(), _meter(device) as meter:
        model.generate(**moved, **arguments, do_sample=False)
    peak = meter.peak_bytes if isinstance(meter, _TensorMeter) else meter.peak()
    length = int(moved["input_ids"].shape[1])
    return Measured(weights, peak if device != "cpu" else peak + weights, length)


class _CudaMeter:
    """What torch's allocator has held."""

    def __enter__(self) -> "_CudaMeter":
        gc.collect()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        return self

    def __exit__(self, *error: object) -> None:
        torch.cuda.synchronize()

    def peak(self) -> int:
        return int(torch.cuda.max_memory_allocated())


class _TensorMeter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """The storage of all tensors made under it that are alive at once."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._alive: dict[int, int] = {}
        self._now = 0
        self.peak_bytes = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        made = result if isinstance(result, list | tuple) else (result,)
        for tensor in made:
            if isinstance(tensor, torch.Tensor):
                self._see(tensor)
        return result

    def _see(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._alive:
            return
        self._alive[key] = storage.nbytes()
        self._now += storage.nbytes()
        self.peak_bytes = max(self.peak_bytes, self._now)
        weakref.finalize(storage, self._forget, key)

    def _forget(self, key: int) -> None:
        self._now -= self._alive.pop(key, 0)


def _meter(device: str) -> Any:
    return _CudaMeter() if device.startswith("cuda") else _TensorMeter()


def _inputs(
    model: Any, architecture: dict[str, Any], formula: Formula, asking: Asking
) -> dict[str, torch.Tensor]:
    """A prompt of text and pictures, as the processors of transformers would make it."""
    noise = np.random.default_rng(0)
    shape = (asking.height, asking.width, 3)
    pictures = [noise.integers(0, 256, shape, dtype=np.uint8) for _ in range(asking.frames)]
    processor = picture_processor(architecture, formula)
    found = dict(processor(images=[pictures], return_tensors="pt"))
    cost = formula.image(asking.width, asking.height, asking.frames)
    config = model.config
    image_token = getattr(config, "image_token_id", None) or config.image_token_index
    text = torch.randint(10, 1000, (asking.text_tokens // 2,))
    markers = torch.randint(10, 1000, (formula.markers + cost.tokens - cost.features,))
    image = torch.cat([markers, torch.full((cost.features,), image_token)])
    ids = torch.cat([text, *([image] * asking.frames), text])[None]
    found |= {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    kinds = (ids == image_token).long()
    found |= {"mm_token_type_ids": kinds, "token_type_ids": kinds}
    taken = inspect.signature(model.forward).parameters
    return {
        name: value
        for name, value in found.items()
        if name in taken and isinstance(value, torch.Tensor)
    }
