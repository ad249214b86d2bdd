"""Any checkpoint with a transformers class: one generic path from card to reply."""

import gc
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import torch
import transformers
from PIL import Image as Pillow

from touchline.errors import UserError
from touchline.models.engines.token_probabilities import TokenRecorder, token_texts
from touchline.models.kinds import TransformersCard
from touchline.models.nouns import Failure, FailureReason, Generation, Reply, Request
from touchline.models.torchvision_operators import mend_torchvision
from touchline.prompts import Text
from touchline.video import MissingFrameError


class TransformersEngine:
    """A model in this process, on the GPU where there is one, asked in left-padded batches."""

    def __init__(self, card: TransformersCard) -> None:
        self._card = card
        self._processor, self._model = _load(card)

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers batch by batch, in order."""
        waiting = iter(requests)
        while batch := list(islice(waiting, self._card.batch_size)):
            ready: list[tuple[Request, list[bytes]]] = []
            for request in batch:
                try:
                    ready.append((request, request.read_frames()))
                except MissingFrameError as error:
                    yield Failure(request.key, FailureReason.FRAMES, str(error))
            yield from self._answer(ready)

    def close(self) -> None:
        """Lets go of the weights, so that the next model of a run finds the memory free."""
        self._model = None
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _answer(self, batch: list[tuple[Request, list[bytes]]]) -> Iterator[Reply | Failure]:
        """One batch; where memory runs out its halves, down to a single window."""
        if not batch:
            return
        started = time.monotonic()
        try:
            answers = self._generate(batch)
        except torch.cuda.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            if len(batch) == 1:
                message = f"out of GPU memory with {len(batch[0][1])} frames: {error}"[:500]
                yield Failure(batch[0][0].key, FailureReason.MEMORY, message)
                return
            middle = len(batch) // 2
            yield from self._answer(batch[:middle])
            yield from self._answer(batch[middle:])
            return
        seconds = (time.monotonic() - started) / len(batch)
        memory_bytes = _memory_bytes()
        for answer in answers:
            yield replace(answer, seconds=seconds, memory_bytes=memory_bytes)

    def _generate(self, batch: list[tuple[Request, list[bytes]]]) -> list[Reply]:
        """The replies to a batch, without the time they took."""
        chats = [_chat(request, frames) for request, frames in batch]
        inputs = self._processor.apply_chat_template(
            chats,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            padding=True,
        ).to(self._model.device, dtype=self._model.dtype)
        settings = batch[0][0].generation
        recorder = TokenRecorder()
        with torch.inference_mode():
            produced = self._model.generate(
                **inputs,
                **_generate_arguments(settings),
                logits_processor=transformers.LogitsProcessorList([recorder]),
            )
        prompt_length = inputs["input_ids"].shape[1]
        counts_in = inputs["attention_mask"].sum(dim=1).tolist()
        ends = _end_tokens(self._model)
        rows = zip(batch, produced, counts_in, recorder.log_probabilities(produced), strict=True)
        return [
            self._reply(request.key, row[prompt_length:].tolist(), ends, tokens_in, likely)
            for (request, _), row, tokens_in, likely in rows
        ]

    def _reply(
        self, key: str, tokens: list[int], ends: set[int], tokens_in: int, likely: list[float]
    ) -> Reply:
        length = next((at for at, token in enumerate(tokens) if token in ends), None)
        kept = tokens if length is None else tokens[:length]
        texts = token_texts(kept, self._text)
        return Reply(
            key=key,
            text=self._text(kept).strip(),
            finish_reason="length" if length is None else "stop",
            prompt_tokens=int(tokens_in),
            completion_tokens=len(kept),
            tokens=tuple(zip(texts, likely, strict=False)),
        )

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self._processor.decode(tokens, skip_special_tokens=True))


def _load(card: TransformersCard) -> tuple[Any, Any]:
    """Processor and model of a card.

    Raises:
        UserError: there is no such checkpoint, or transformers cannot load it.
    """
    mend_torchvision()
    path = card.checkpoint_path()
    shared = {"revision": card.revision, "trust_remote_code": card.remote_code}
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        processor = transformers.AutoProcessor.from_pretrained(path, **shared)
        model = transformers.AutoModelForImageTextToText.from_pretrained(
            path,
            dtype=getattr(torch, card.precision),
            attn_implementation=card.attention,
            device_map="auto" if torch.cuda.is_available() else None,
            **shared,
        )
    except (OSError, ValueError, ImportError, KeyError) as error:
        reason = " ".join(str(error).split())[:300].rstrip(".")
        where = "folder" if Path(path).exists() else "hub repository"
        raise UserError(f"model '{card.name}': {where} {path} does not load: {reason}.") from error
    processor.tokenizer.padding_side = "left"
    return processor, model.eval()


def _memory_bytes() -> int:
    """The most that the GPU has held, or without one what this process holds now."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    return int(psutil.Process().memory_info().rss)


def _chat(request: Request, frames: list[bytes]) -> list[dict[str, Any]]:
    """The request as a conversation in transformers' own form."""
    content = [
        {"type": "text", "text": part.text}
        if isinstance(part, Text)
        else {"type": "image", "image": Pillow.open(io.BytesIO(frames[part.frame])).convert("RGB")}
        for part in request.messages.parts
    ]
    system = request.messages.system
    turns = [{"role": "system", "content": [{"type": "text", "text": system}]}] if system else []
    return [*turns, {"role": "user", "content": content}]


def _generate_arguments(settings: Generation) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "max_new_tokens": settings.max_new_tokens,
        "do_sample": settings.temperature > 0,
        "repetition_penalty": settings.repetition_penalty,
    }
    if settings.temperature > 0:
        torch.manual_seed(settings.seed)
        arguments["temperature"] = settings.temperature
    return arguments


def _end_tokens(model: Any) -> set[int]:
    end = model.generation_config.eos_token_id
    if end is None:
        return set()
    return set(end) if isinstance(end, list) else {end}
