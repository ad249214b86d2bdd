"""Peak memory of a real architecture with random weights, to check the formulas against."""

import gc
import inspect
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from touchline.errors import UserError
from touchline.models.capacity.image_processor import image_processor
from touchline.models.card_types.local import Implementation, LocalCard
from touchline.models.image_tokens.base import Formula


@dataclass(frozen=True, slots=True)
class RandomPrompt:
    """The prompt of a measurement.

    Attributes:
        frames: images in the prompt.
        width: of each, in pixels.
        height: of each, in pixels.
        text_tokens: tokens of the prompt besides the images.
        new_tokens: length of the answer.
    """

    frames: int
    width: int
    height: int
    text_tokens: int = 200
    new_tokens: int = 2


@dataclass(frozen=True, slots=True)
class PeakMemory:
    """A measured peak.

    Attributes:
        weights_bytes: memory of the weights.
        peak_bytes: the most that weights and tensors used together.
        prompt_tokens: length of the prompt.
    """

    weights_bytes: int
    peak_bytes: int
    prompt_tokens: int


class Meter(Protocol):
    """Measures memory while it is entered, on one device of torch."""

    device: str

    def __enter__(self) -> Any:
        """Starts to measure."""
        ...

    def __exit__(self, *error: object) -> None:
        """Ends it."""
        ...

    def peak_bytes(self, weights_bytes: int) -> int:
        """The most memory in use at one moment, with the weights."""
        ...


class CudaMeter:
    """The most memory that torch's allocator holds on the GPU, weights included."""

    device = "cuda"

    def __enter__(self) -> "CudaMeter":
        gc.collect()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        return self

    def __exit__(self, *error: object) -> None:
        torch.cuda.synchronize()

    def peak_bytes(self, weights_bytes: int) -> int:  # noqa: ARG002  (torch has counted them)
        """See `Meter.peak_bytes`."""
        return int(torch.cuda.max_memory_allocated())


def measure_peak(
    card: LocalCard, prompt: RandomPrompt, meter: Meter, precision: str, attention: str
) -> PeakMemory:
    """Builds a card's model, asks it about random images, and measures its peak memory.

    Args:
        card: the model, with `architecture` and `image_tokens`.
        prompt: what it is asked.
        meter: measures memory on its device.
        precision: of torch, such as "bfloat16".
        attention: "sdpa" or "eager", or another kind that transformers knows.

    Raises:
        UserError: transformers has no class for the architecture.
        torch.OutOfMemoryError: it does not fit.
    """
    assert card.architecture is not None and card.image_tokens is not None
    dtype = getattr(torch, precision)
    with torch.device(meter.device):
        arguments = {"dtype": dtype, "attn_implementation": attention}
        model = build_model(card.architecture, **arguments).eval()
    inputs = _inputs(model, card, card.image_tokens, prompt)
    moved = {
        name: value.to(meter.device, dtype if value.is_floating_point() else None)
        for name, value in inputs.items()
    }
    weights = sum(p.numel() * p.element_size() for p in model.parameters())
    length = {"max_new_tokens": prompt.new_tokens, "min_new_tokens": prompt.new_tokens}
    with torch.inference_mode(), meter:
        model.generate(**moved, **length, do_sample=False)
    return PeakMemory(weights, meter.peak_bytes(weights), int(moved["input_ids"].shape[1]))


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

    values = dict(architecture)
    kind = values.pop("model_type")
    try:
        config = transformers.AutoConfig.for_model(kind, **values)
    except ValueError as error:
        raise UserError(
            f"transformers {transformers.__version__} has no class for the architecture '{kind}', "
            "so it cannot be built without its checkpoint's own code."
        ) from error
    loaders = (transformers.AutoModelForImageTextToText, transformers.AutoModelForMultimodalLM)
    loader = next(one for one in loaders if type(config) in one._model_mapping)
    return loader.from_config(config, **arguments)  # type: ignore[no-untyped-call]


def _inputs(
    model: Any, card: LocalCard, formula: Formula, prompt: RandomPrompt
) -> dict[str, torch.Tensor]:
    """A prompt of text and images, as the processors of transformers would make it."""
    noise = np.random.default_rng(0)
    shape = (prompt.height, prompt.width, 3)
    images = [noise.integers(0, 256, shape, dtype=np.uint8) for _ in range(prompt.frames)]
    code = card.implementation or Implementation()
    processor = image_processor(code.image_processor or model.config.model_type, formula)
    found = dict(processor(images=[images], return_tensors="pt"))
    cost = formula.image(prompt.width, prompt.height, prompt.frames)
    config = model.config
    image_token = getattr(config, "image_token_id", None) or config.image_token_index
    text = torch.randint(10, 1000, (prompt.text_tokens // 2,))
    markers = torch.randint(10, 1000, (formula.markers + cost.tokens - cost.features,))
    image = torch.cat([markers, torch.full((cost.features,), image_token)])
    ids = torch.cat([text, *([image] * prompt.frames), text])[None]
    found |= {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    kinds = (ids == image_token).long()
    found |= {"mm_token_type_ids": kinds, "token_type_ids": kinds}
    accepted = inspect.signature(model.forward).parameters
    return {
        name: value
        for name, value in found.items()
        if name in accepted and isinstance(value, torch.Tensor)
    }
