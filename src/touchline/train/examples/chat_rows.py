"""The rows of a data set: one example as a conversation, in the forms of two trainers.

TRL (and transformers' chat templates) read lists of typed parts; LLaMA-Factory reads text with
`<image>` in the places of the images, and `dataset_info.json`. Sources, November 2026:
    https://huggingface.co/docs/trl/sft_trainer#training-vision-language-models
    https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md
"""

from collections.abc import Sequence
from typing import Any

from touchline.errors import UserError
from touchline.prompts import Image, Messages, Text
from touchline.video import Window

IMAGE_TAG = "<image>"


def typed_row(
    messages: Messages, answer: str, images: Sequence[str], window: Window, kind: str
) -> dict[str, Any]:
    """An example for TRL, and for `touchline train lora`.

    Args:
        messages: the question.
        answer: what should be said.
        images: paths of the frames, by their index in the question.
        window: where the frames are from.
        kind: what it shows (see `choose.WindowKind`).
    """
    parts: list[dict[str, str]] = [
        {"type": "text", "text": part.text} if isinstance(part, Text) else {"type": "image"}
        for part in messages.parts
    ]
    system = [_turn("system", [_text(messages.system)])] if messages.system else []
    return {
        "messages": [*system, _turn("user", parts), _turn("assistant", [_text(answer)])],
        "images": _in_order(messages, images),
        "window": {
            "game": window.game,
            "half": window.half,
            "start_ms": window.start_ms,
            "end_ms": window.end_ms,
            "frame_times_ms": [window.frame_times_ms[n] for n in _frames(messages)],
        },
        "kind": kind,
    }


def tagged_row(messages: Messages, answer: str, images: Sequence[str]) -> dict[str, Any]:
    """An example for LLaMA-Factory.

    Raises:
        UserError: the prompt's own text has the tag that stands for images there.
    """
    if IMAGE_TAG in messages.text + answer:
        raise UserError(
            f"the prompt contains '{IMAGE_TAG}', which stands for an image in LLaMA-Factory's "
            "form: use another word in the prompt."
        )
    content = "\n".join(
        part.text if isinstance(part, Text) else IMAGE_TAG for part in messages.parts
    )
    system = [{"role": "system", "content": messages.system}] if messages.system else []
    turns = [{"role": "user", "content": content}, {"role": "assistant", "content": answer}]
    return {"messages": [*system, *turns], "images": _in_order(messages, images)}


def dataset_info(files: dict[str, str]) -> dict[str, Any]:
    """What LLaMA-Factory has to know about its files.

    Args:
        files: names of the files by the names of the data sets.
    """
    tags = {"role_tag": "role", "content_tag": "content", "user_tag": "user"}
    return {
        name: {
            "file_name": file,
            "formatting": "sharegpt",
            "columns": {"messages": "messages", "images": "images"},
            "tags": {**tags, "assistant_tag": "assistant", "system_tag": "system"},
        }
        for name, file in files.items()
    }


def _frames(messages: Messages) -> list[int]:
    return [part.frame for part in messages.parts if isinstance(part, Image)]


def _in_order(messages: Messages, images: Sequence[str]) -> list[str]:
    return [images[number] for number in _frames(messages)]


def _turn(role: str, content: list[dict[str, str]]) -> dict[str, Any]:
    return {"role": role, "content": content}


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}
