"""Pooling in the model: what replaces `get_image_features` of the families whose code allows it.

A family allows it where all vision features pass through that method of its inner model, as one
tensor of tokens for each image, before they take the places of image tokens in the prompt.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial, update_wrapper
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.engines.transformers.dense.pooling import make_pooling
from touchline.models.frame_sets import frames_at_once

POOLING = "dense_pooling"
"""Name of the pooling module in a model, and of its file in a merged checkpoint."""

POOLING_FILE = f"{POOLING}.safetensors"

Call = tuple[tuple[Any, ...], dict[str, Any], int]
"""Arguments of `get_image_features` for some frames, and how many frames these are."""


def attach_pooling(card: TransformersCard, model: Any, path: Path) -> None:
    """Makes a model pool the tokens of its frames, where its card says so.

    Args:
        card: the model.
        model: as transformers loaded it.
        path: folder of its checkpoint, which has a trained pooling module where it was merged.

    Raises:
        UserError: the family's code does not allow it, or the checkpoint's module does not fit.
    """
    stored = path / POOLING_FILE
    if card.dense is None:
        if stored.is_file():
            raise UserError(
                f"model '{card.name}': {path} was trained with dense frames: add its 'dense' to "
                "the card."
            )
        return
    split = _FAMILIES.get(model.config.model_type)
    if split is None:
        raise UserError(
            f"model '{card.name}': dense frames work with {', '.join(_FAMILIES)}, and not with "
            f"'{model.config.model_type}': remove 'dense'."
        )
    per_set = card.dense.frames_per_set
    width = model.config.get_text_config().hidden_size
    pooling = make_pooling(card.dense.pooling, per_set, width)
    if card.dense.pooling == "mlp" and stored.is_file():
        _fill(card.name, pooling, stored)
    inner = model.model
    device = "cpu" if model.device.type == "meta" else model.device  # weights kept in a file
    inner.add_module(POOLING, pooling.to(device, model.dtype).eval())
    original = inner.get_image_features
    pooled = partial(_pooled_features, inner, original, split, per_set)
    # `generate` passes what the signature of the original names.
    inner.get_image_features = update_wrapper(pooled, original)


def detach_pooling(model: Any) -> dict[str, torch.Tensor]:
    """Takes the pooling module out of a model that is written as a checkpoint.

    Returns:
        Its weights by name; none where it has none.
    """
    module = getattr(model.model, POOLING, None) if hasattr(model, "model") else None
    if module is None:
        return {}
    delattr(model.model, POOLING)
    return {name: one.contiguous().cpu() for name, one in module.state_dict().items()}


def _fill(name: str, pooling: Any, file: Path) -> None:
    try:
        pooling.load_state_dict(load_file(file))
    except RuntimeError as error:
        raise UserError(
            f"model '{name}': {file} does not fit the card's 'dense' ({error}): use the setting "
            "that it was trained with."
        ) from error


def _pooled_features(
    inner: Any,
    original: Callable[..., Any],
    split: Callable[..., Iterator[Call]],
    per_set: int,
    pixel_values: torch.Tensor,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """The features of all frames, some at a time, each set pooled to those of one image."""
    found: list[torch.Tensor] = []
    outputs = None
    for some, words, frames in split(per_set, pixel_values, *args, **kwargs):
        outputs = original(*some, **words)
        tokens = torch.cat(list(outputs.pooler_output))
        shape = (frames // per_set, per_set, len(tokens) // frames, tokens.shape[-1])
        found += getattr(inner, POOLING)(tokens.reshape(shape)).unbind()
    assert outputs is not None  # there is at least one frame
    outputs.pooler_output = found
    return outputs


def _idefics3(
    per_set: int,
    pixel_values: torch.Tensor,
    pixel_attention_mask: torch.Tensor | None = None,
    **kwargs: Any,
) -> Iterator[Call]:
    """(windows, frames, 3, height, width); windows with fewer frames are filled with zeros."""
    pixels = pixel_values.flatten(0, 1)
    real = (pixels != 0).flatten(1).any(dim=1)
    pixels = pixels[real]
    masks = None if pixel_attention_mask is None else pixel_attention_mask.flatten(0, 1)[real]
    step = frames_at_once(per_set)
    for at in range(0, len(pixels), step):
        some = pixels[at : at + step]
        yield (
            (some[None], None if masks is None else masks[at : at + step][None]),
            kwargs,
            len(some),
        )


def _qwen_vl(
    per_set: int, pixel_values: torch.Tensor, image_grid_thw: torch.Tensor, **kwargs: Any
) -> Iterator[Call]:
    """(patches of all frames, values); the grid is that of the sets."""
    grid = image_grid_thw.repeat_interleave(per_set, dim=0)
    ends = [0, *grid.prod(-1).cumsum(0).tolist()]
    step = frames_at_once(per_set)
    for at in range(0, len(grid), step):
        some = grid[at : at + step]
        yield (pixel_values[ends[at] : ends[at + len(some)]], some), kwargs, len(some)


def _llava_onevision(
    per_set: int, pixel_values: torch.Tensor, image_sizes: torch.Tensor, **kwargs: Any
) -> Iterator[Call]:
    """(frames, views, 3, height, width); sizes and numbers of images are those of the sets."""
    sizes = image_sizes.repeat_interleave(per_set, dim=0)
    alone = _alone(kwargs.pop("batch_num_images", None), per_set)
    step = frames_at_once(per_set)
    for at in range(0, len(sizes), step):
        some = sizes[at : at + step]
        # One image alone is also shown in parts; several are each shown whole.
        numbers = [1] * len(some) if alone[at] else [len(some)]
        words = {**kwargs, "batch_num_images": torch.tensor(numbers)}
        yield (pixel_values[at : at + step], some), words, len(some)


def _alone(numbers: Sequence[int] | torch.Tensor | None, per_set: int) -> list[bool]:
    """For each frame, whether its set is the only one of its window."""
    counts = [1] if numbers is None else [int(one) for one in numbers]
    return [count == 1 for count in counts for _ in range(count * per_set)]


_FAMILIES: dict[str, Callable[..., Iterator[Call]]] = {
    "idefics3": _idefics3,
    "smolvlm": _idefics3,
    "qwen2_5_vl": _qwen_vl,
    "llava_onevision": _llava_onevision,
}
"""How the inputs of each family are split into some frames at a time, by its model type."""
