"""The processor of a checkpoint, configured by a card."""

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
"""Names that processors give to the most crops of an image."""


def load_processor(card: TransformersCard, path: Path, remote_code: bool) -> Any:
    """A checkpoint's processor, with the card's options set and padding on the left.

    Args:
        card: the model.
        path: folder of the checkpoint.
        remote_code: whether its own code may run.

    Raises:
        UserError: the checkpoint lacks a part of its processor or its chat template, or the
            processor has no such option.
        OSError, ValueError: it does not load.
    """
    processor = transformers.AutoProcessor.from_pretrained(path, trust_remote_code=remote_code)
    _check_it_is_whole(card, processor, path)
    if card.crops is not None:
        _set_crops(card, processor)
    for name, value in card.processor.items():
        _set_option(card, processor, name, value)
    # Some processors use their own chat template and not the tokenizer's.
    if not getattr(processor, "chat_template", None):
        processor.chat_template = getattr(processor.tokenizer, "chat_template", None)
    if not processor.chat_template:
        raise UserError(
            f"model '{card.name}': {path} has no chat template (chat_template.jinja, or one in "
            "tokenizer_config.json), so its prompt would not be the one it was trained with: use "
            "the instruction-tuned checkpoint, or add the template's file."
        )
    processor.tokenizer.padding_side = "left"
    return processor


def _check_it_is_whole(card: TransformersCard, processor: Any, path: Path) -> None:
    """Without the files of a processor, transformers gives the tokenizer alone, or nothing."""
    if getattr(processor, "tokenizer", None) is None:
        raise UserError(
            f"model '{card.name}': {path} has no processor for images, but a "
            f"{type(processor).__name__} alone: processor_config.json or preprocessor_config.json "
            "is missing; download the checkpoint again, or serve it with engine: vllm."
        )


def _set_crops(card: TransformersCard, processor: Any) -> None:
    images = processor.image_processor
    option = next((name for name in _CROPS if hasattr(images, name)), None)
    if option is not None:
        setattr(images, option, card.crops)
    elif hasattr(images, "do_image_splitting") and card.crops == 1:
        images.do_image_splitting = False
    else:
        raise UserError(
            f"model '{card.name}': its processor cannot limit crops to {card.crops} per image: "
            "remove 'crops' from the card, or set the option that it has under 'processor'."
        )


def _set_option(card: TransformersCard, processor: Any, option: str, value: Any) -> None:
    """Sets an option in every part of the processor that has it."""
    parts = [getattr(processor, name, None) for name in ("image_processor", "video_processor")]
    found = [part for part in parts if hasattr(part, option)]
    for part in found:
        setattr(part, option, value)
    if not found:
        raise UserError(
            f"model '{card.name}': its processor has no option '{option}': correct 'processor' in "
            "the card."
        )
