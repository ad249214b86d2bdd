"""The processor of a checkpoint, set up as a card wants it."""

from pathlib import Path
from typing import Any

import transformers

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard

_CROPS = (
    "num_crops",
    "max_patches",
    "max_slice_nums",
    "max_image_tiles",
    "dynamic_hd",
    "pan_and_scan_max_num_crops",
)
"""What families call the most crops that an image is cut into."""


def load_processor(card: TransformersCard, path: Path, remote_code: bool) -> Any:
    """A checkpoint's processor, with the card's switches set and padding on the left.

    Args:
        card: the model.
        path: folder of the checkpoint.
        remote_code: whether its own code may run.

    Raises:
        UserError: the processor has no such switch.
        OSError, ValueError: it does not load.
    """
    processor = transformers.AutoProcessor.from_pretrained(path, trust_remote_code=remote_code)
    if card.crops is not None:
        _set_crops(card, processor)
    for word, value in card.processor.items():
        _switch(card, processor, word, value)
    # Some processors look for a template of their own and not for the tokenizer's.
    if not getattr(processor, "chat_template", None):
        processor.chat_template = processor.tokenizer.chat_template
    processor.tokenizer.padding_side = "left"
    return processor


def _set_crops(card: TransformersCard, processor: Any) -> None:
    images = processor.image_processor
    word = next((name for name in _CROPS if hasattr(images, name)), None)
    if word is not None:
        setattr(images, word, card.crops)
    elif hasattr(images, "do_image_splitting") and card.crops == 1:
        images.do_image_splitting = False
    else:
        raise UserError(
            f"model '{card.name}': its processor cannot be held to {card.crops} crops an image; "
            "take 'crops' out of the card, or name the switch that it has under 'processor'."
        )


def _switch(card: TransformersCard, processor: Any, word: str, value: Any) -> None:
    """Sets a switch in every part of the processor that has it."""
    parts = [getattr(processor, name, None) for name in ("image_processor", "video_processor")]
    having = [part for part in parts if hasattr(part, word)]
    for part in having:
        setattr(part, word, value)
    if not having:
        raise UserError(f"model '{card.name}': its processor has no switch '{word}'.")
