"""The processor of a checkpoint, configured by a card."""

import logging
from pathlib import Path
from typing import Any

import transformers

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.engines.time_limit import DoesNotEndError, within

_LOG = logging.getLogger("touchline")
_TEMPLATE_S = 20.0
"""For one short conversation, which takes milliseconds."""

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
    _check_template_ends(card, processor, path)
    return processor


def _check_template_ends(card: TransformersCard, processor: Any, path: Path) -> None:
    """A template is a small program of the checkpoint's, and may be one that never ends."""
    content = [{"type": "image"}, {"type": "text", "text": "What happens?"}]
    chat = [{"role": "user", "content": content}]

    def render() -> None:
        try:
            processor.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        except Exception as error:  # templates without images refuse this one: asking will tell
            _LOG.debug("chat template of %s: %s", card.name, error)

    try:
        within(_TEMPLATE_S, render)
    except DoesNotEndError as error:
        raise UserError(
            f"model '{card.name}': the chat template in {path} cannot be rendered: {error}; "
            "download the checkpoint again, or use another one."
        ) from error


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
