"""A question and the answer to learn, as a model takes them in: the inputs of a run, and labels."""

from collections.abc import Mapping
from typing import Any

import torch

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.consent import runs_remote_code
from touchline.models.engines.transformers.answering import end_tokens
from touchline.models.engines.transformers.asked import read
from touchline.models.engines.transformers.inputs import model_inputs
from touchline.models.engines.transformers.loading import LoadedModel
from touchline.models.engines.transformers.processors import load_processor
from touchline.models.hub.snapshots import local_checkpoint
from touchline.models.torchvision_compat import register_torchvision_operators
from touchline.models.types import Request
from touchline.models.unexpected_errors import CodeEndedError, no_exit
from touchline.text import shorten

NOT_LEARNED = -100
"""The label of tokens that count nothing in the loss, as torch's cross entropy has it."""

_QUESTION = "?"


def training_inputs(
    loaded: LoadedModel, card: TransformersCard, request: Request, answer: str
) -> dict[str, Any]:
    """The inputs of one example: those of the question in a run, the answer after them.

    Args:
        loaded: the model with its processor.
        card: says how frames are shown.
        request: the question.
        answer: what the model should say.

    Returns:
        What the model's `forward` takes, and "labels" of shape (1, tokens): the ids of the answer
        and of the token that ends it, `NOT_LEARNED` everywhere else.

    Raises:
        MissingFrameError: a frame does not decode.
    """
    inputs = dict(model_inputs(loaded.processor, card, [read(request, card)]))
    prompt = inputs["input_ids"]
    tokens = torch.tensor([answer_tokens(loaded, card, answer)], dtype=prompt.dtype)
    longer = {
        name: _extended(name, value, tokens)
        for name, value in inputs.items()
        if isinstance(value, torch.Tensor) and value.shape == prompt.shape
    }
    labels = torch.cat([torch.full_like(prompt, NOT_LEARNED), tokens], dim=1)
    return {**inputs, **longer, "labels": labels}


def count_tokens(card: TransformersCard, request: Request, answer: str) -> tuple[int, int]:
    """How long an example is, before the model is in memory.

    Args:
        card: the model.
        request: the question.
        answer: what the model should say.

    Returns:
        Tokens of the prompt, images included, and of the answer with its end.

    Raises:
        UserError: the checkpoint or its processor cannot be loaded.
        MissingFrameError: a frame does not decode.
    """
    register_torchvision_operators()
    path = local_checkpoint(card)
    try:
        with no_exit():
            processor = load_processor(card, path, runs_remote_code(card))
            prompt = model_inputs(processor, card, [read(request, card)])["input_ids"]
    except (OSError, ValueError, CodeEndedError) as error:
        raise UserError(
            f"model '{card.name}': the processor in {path} cannot be used: {shorten(error)}."
        ) from error
    tokens = processor.tokenizer(answer, add_special_tokens=False)["input_ids"]
    return int(prompt.shape[1]), len(tokens) + 1


def answer_tokens(loaded: LoadedModel, card: TransformersCard, answer: str) -> list[int]:
    """The tokens of an answer as the chat template writes it, up to the one that ends it."""
    tokenizer, ends = loaded.tokenizer, end_tokens(loaded.model)
    written = _turn(loaded.processor, card, answer) or answer
    tokens: list[int] = tokenizer(written, add_special_tokens=False)["input_ids"]
    length = len(tokenizer(answer, add_special_tokens=False)["input_ids"])
    end = next((at for at in range(length, len(tokens)) if tokens[at] in ends), None)
    if end is not None:
        return tokens[: end + 1]
    return [*tokenizer(answer, add_special_tokens=False)["input_ids"], *sorted(ends)[:1]]


def _turn(processor: Any, card: TransformersCard, answer: str) -> str | None:
    """What a chat template writes after the prompt of an answer; None where that is not clear."""
    template = processor if card.image_marker is None else processor.tokenizer
    asked: Mapping[str, Any] = {"role": "user", "content": _QUESTION}
    typed = card.image_marker is None
    if typed:
        asked = {"role": "user", "content": [{"type": "text", "text": _QUESTION}]}
    content = [{"type": "text", "text": answer}] if typed else answer
    try:
        before = template.apply_chat_template([asked], tokenize=False, add_generation_prompt=True)
        whole = template.apply_chat_template(
            [asked, {"role": "assistant", "content": content}], tokenize=False
        )
    except Exception:  # a checkpoint's template may raise anything; the answer alone is clear
        return None
    return whole[len(before) :] if whole.startswith(before) and answer in whole else None


def _extended(name: str, value: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """An input that has one number a token, with those of the answer's tokens."""
    if name == "input_ids":
        return torch.cat([value, tokens.to(value.dtype)], dim=1)
    more = torch.ones_like if name == "attention_mask" else torch.zeros_like
    return torch.cat([value, more(tokens).to(value.dtype)], dim=1)
