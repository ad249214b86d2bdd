"""The pixels of all frames, in place of those of the images that the prompt has places for."""

from collections.abc import Sequence
from typing import Any

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.engines.transformers.asked import Asked

_PIXELS = ("pixel_values", "pixel_attention_mask")


def with_all_frames(
    processor: Any, card: TransformersCard, batch: Sequence[Asked], inputs: Any
) -> Any:
    """Inputs whose pixels are those of every frame; all else stays that of one image a set.

    Args:
        processor: of the checkpoint.
        card: the model.
        batch: the questions.
        inputs: of the middle frames.

    Raises:
        UserError: the processor cuts images into tiles.
    """
    images = processor.image_processor
    if getattr(images, "do_image_splitting", False):
        raise UserError(
            f"model '{card.name}': dense frames need whole images, and its processor cuts them "
            "into tiles: add processor: {do_image_splitting: false} to the card."
        )
    frames = [[one for n in asked.shown for one in asked.frames_of(n)] for asked in batch]
    numbers = inputs.get("batch_num_images")
    if numbers is not None:
        frames = _as_llava_takes_them(frames, [len(asked.shown) for asked in batch])
    if not any(frames):
        return inputs
    found = images(images=frames, return_tensors="pt")
    inputs.update({name: found[name] for name in _PIXELS if name in found and name in inputs})
    return inputs


def _as_llava_takes_them(frames: list[list[Any]], sets: Sequence[int]) -> list[list[Any]]:
    """The frames of a window's only set one by one: an image alone is also shown in parts."""
    found: list[list[Any]] = []
    for of_window, count in zip(frames, sets, strict=True):
        found += [[one] for one in of_window] if count == 1 else [of_window]
    return found
