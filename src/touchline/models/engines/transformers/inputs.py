"""From questions to what a model takes in: token ids, pixels and masks."""

from collections.abc import Sequence
from typing import Any

from touchline.models.card_types.transformers import TransformersCard
from touchline.models.engines.transformers.asked import Asked
from touchline.models.engines.transformers.dense.all_frames import with_all_frames
from touchline.models.video_metadata import video_metadata
from touchline.prompts import Text


def model_inputs(processor: Any, card: TransformersCard, batch: Sequence[Asked]) -> Any:
    """The inputs of a batch, padded on the left.

    Args:
        processor: of the checkpoint.
        card: says how frames are shown.
        batch: the questions.

    Returns:
        A `BatchFeature` on the CPU.
    """
    if card.image_marker is not None:
        return _marked_inputs(processor, card.image_marker, batch)
    # A video of one frame is none: some processors refuse it, and it is an image.
    as_video = card.frames_as == "video" and all(len(asked.shown) > 1 for asked in batch)
    words: dict[str, Any] = {"padding": True}
    if as_video:
        words |= {
            "do_sample_frames": False,
            "video_metadata": [
                [video_metadata(asked.request.window, asked.shown)] for asked in batch
            ],
        }
    inputs = processor.apply_chat_template(
        [_chat(asked, as_video) for asked in batch],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
        processor_kwargs=words,
    )
    return inputs if card.dense is None else with_all_frames(processor, card, batch, inputs)


def _chat(asked: Asked, as_video: bool) -> list[dict[str, Any]]:
    """The question as a conversation in transformers' own form."""
    content: list[dict[str, Any]] = []
    for part in asked.messages.parts:
        if isinstance(part, Text):
            content.append({"type": "text", "text": part.text})
        elif not as_video:
            content.append({"type": "image", "image": asked.picture(part.frame)})
        elif part.frame == asked.shown[0]:
            content.append({"type": "video", "video": [asked.pictures[n] for n in asked.shown]})
    system = asked.messages.system
    turns = [{"role": "system", "content": [{"type": "text", "text": system}]}] if system else []
    return [*turns, {"role": "user", "content": content}]


def _marked_inputs(processor: Any, marker: str, batch: Sequence[Asked]) -> Any:
    """Inputs for a checkpoint whose chat template has no place for images."""
    texts, images = [], []
    for asked in batch:
        content, follows_text = "", False
        shown: list[Any] = []
        for part in asked.messages.parts:
            if isinstance(part, Text):
                content += f"\n{part.text}" if follows_text else part.text
            else:
                shown.append(asked.pictures[part.frame])
                content += marker.format(n=len(shown))
            follows_text = isinstance(part, Text)
        turns = [{"role": "user", "content": content}]
        if asked.messages.system:
            turns.insert(0, {"role": "system", "content": asked.messages.system})
        texts.append(
            processor.tokenizer.apply_chat_template(
                turns, tokenize=False, add_generation_prompt=True
            )
        )
        images.append(shown)
    if len(batch) == 1:
        # Processors of this kind know no batches.
        return processor(text=texts[0], images=images[0] or None, return_tensors="pt")
    return processor(text=texts, images=images, return_tensors="pt", padding=True)
