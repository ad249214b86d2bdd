"""Any checkpoint with a transformers class: one generic path from card to reply."""

import gc
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psutil
import torch

from touchline.errors import ComeBackLater, UserError
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.engines.transformers.answering import Answerer, end_tokens
from touchline.models.engines.transformers.asked import Asked, lowered, read, smaller
from touchline.models.engines.transformers.inputs import model_inputs
from touchline.models.engines.transformers.loading import LoadedModel, load_checkpoint
from touchline.models.engines.transformers.precision import cache_arguments
from touchline.models.engines.transformers.prefetch import batches, prefetched
from touchline.models.engines.transformers.scores.structured import SchemaGuide
from touchline.models.types import Failure, FailureReason, Reply, Request
from touchline.models.unexpected_errors import MOST_UNEXPECTED, no_exit, unexpected_failure
from touchline.text import shorten
from touchline.video import MissingFrameError

_NOT_A_WINDOW_S = (UserError, ComeBackLater, MemoryError)
"""Errors that are not about one window."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A batch that can go to the device, and what of it cannot be asked."""

    asked: tuple[Asked, ...]
    inputs: Any
    failures: tuple[Failure, ...] = ()


class TransformersEngine:
    """A model in this process, on the GPU where there is one, asked in left-padded batches.

    A thread reads frames and makes inputs while the model generates. Where memory runs out, the
    batch is halved, then what a window shows by the card's rule; the reply says so.

    Args:
        card: the model.
        loaded: the model in memory, where it is there already.

    Raises:
        UserError: the model cannot be loaded.
    """

    def __init__(self, card: TransformersCard, loaded: LoadedModel | None = None) -> None:
        self._card = card
        cache = cache_arguments(card)
        self._loaded = loaded or load_checkpoint(card)
        guide = None
        if card.structured:
            ends = sorted(end_tokens(self._loaded.model))
            guide = SchemaGuide(card.name, self._loaded.tokenizer, ends)
        self._answerer = Answerer(self._loaded, cache, guide)
        self._processing = threading.Lock()
        self._most = card.batch_size
        self._unexpected_in_a_row = 0
        self._fitting: str | None = None

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers batch by batch, in order; requests are pulled in another thread."""
        # Most processors put the videos of a batch into one tensor.
        as_video = self._card.frames_as == "video"
        waiting = batches(requests, lambda: self._most, same_length=as_video)

        def make() -> _Prepared | None:
            batch = next(waiting, None)
            return None if batch is None else self._prepare(batch)

        for prepared, waited_seconds in prefetched(make):
            yield from prepared.failures
            share = waited_seconds / max(1, len(prepared.asked))
            for answer in self._answer(prepared):
                if isinstance(answer, Reply):
                    yield replace(answer, waited_seconds=share)
                else:
                    yield answer

    def close(self) -> None:
        """Releases the weights, so that the next model of a run finds the memory free."""
        del self._loaded, self._answerer
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _prepare(self, batch: Sequence[Request]) -> _Prepared:
        """Reads the frames of a batch and makes its inputs."""
        asked: list[Asked] = []
        failures: list[Failure] = []
        for request in batch:
            try:
                asked.append(read(request, self._card))
            except MissingFrameError as error:
                failures.append(Failure(request.key, FailureReason.FRAMES, str(error)))
            except _NOT_A_WINDOW_S:
                raise
            except Exception as error:
                failures.append(self._unexpected(request.key, error))
        return self._fitted(asked, failures)

    def _with_inputs(self, asked: list[Asked], failures: list[Failure]) -> list[Asked]:
        """The questions that the processor makes inputs of; the others fail."""
        found: list[Asked] = []
        for one in asked:
            try:
                self._inputs([one])
            except _NOT_A_WINDOW_S:
                raise
            except Exception as error:
                failures.append(self._unexpected(one.request.key, error))
            else:
                found.append(one)
        return found

    def _unexpected(self, key: str, error: Exception) -> Failure:
        """The failure of a window; a checkpoint's own code may raise anything.

        Raises:
            UserError: every window fails so.
        """
        failure = unexpected_failure(key, error)
        self._unexpected_in_a_row += 1
        if self._unexpected_in_a_row > MOST_UNEXPECTED:
            raise UserError(
                f"model '{self._card.name}': {self._unexpected_in_a_row} windows in a row failed "
                f"({failure.message}): its checkpoint does not work with this engine or version of "
                "transformers."
            ) from error
        return failure

    def _fitted(self, asked: list[Asked], failures: list[Failure]) -> _Prepared:
        """The inputs of those questions that the model's context holds."""
        if not asked:
            return _Prepared((), None, tuple(failures))
        try:
            inputs = self._inputs(asked)
        except _NOT_A_WINDOW_S:
            raise
        except Exception as error:
            kept = self._with_inputs(asked, failures)
            if len(kept) == len(asked):
                raise UserError(
                    f"model '{self._card.name}': its processor takes one window, but not "
                    f"{len(asked)} at once ({shorten(error)}): set batch_size to 1."
                ) from error
            return self._fitted(kept, failures)
        context = self._loaded.context_tokens
        answer = asked[0].request.generation.most_tokens or 0
        lengths = inputs["attention_mask"].sum(dim=1).tolist()
        if context is None or max(lengths) + answer <= context:
            return _Prepared(tuple(asked), inputs, tuple(failures))
        kept = []
        for one, length in zip(asked, lengths, strict=True):
            if length + answer <= context:
                kept.append(one)
                continue
            message = (
                f"the prompt with {one.size} has {int(length)} tokens, the answer up to {answer}, "
                f"and the model's context holds {context}: lower sampling.fps, sampling.window or "
                "the frames' height."
            )
            failures.append(Failure(one.request.key, FailureReason.TOO_LONG, message))
        return self._fitted(kept, failures)

    def _inputs(self, asked: Sequence[Asked]) -> Any:
        with self._processing, no_exit():
            return model_inputs(self._loaded.processor, self._card, asked)

    def _answer(self, prepared: _Prepared) -> Iterator[Reply | Failure]:
        """One batch; where memory runs out, its halves, and at last each window made smaller."""
        batch = prepared.asked
        if not batch:
            return
        started = time.monotonic()
        answers = self._try(prepared) if len(batch) <= self._most else None
        if answers is None and len(batch) > 1:
            self._most = min(self._most, max(1, len(batch) // 2))
            for at in range(0, len(batch), self._most):
                part = batch[at : at + self._most]
                yield from self._answer(_Prepared(part, self._inputs(part)))
            return
        if answers is None:
            answers = [self._squeezed(batch[0])]
        seconds = (time.monotonic() - started) / len(batch)
        for answer in answers:
            yield self._finished(answer, seconds)

    def _finished(self, answer: Reply | Failure, seconds: float) -> Reply | Failure:
        if isinstance(answer, Failure):
            return replace(answer, seconds=seconds)
        words = answer.lowered
        if self._most < self._card.batch_size:
            words = (f"batch {self._card.batch_size} to {self._most}", *words)
        return replace(answer, seconds=seconds, memory_bytes=_memory_bytes(), lowered=words)

    def _try(self, prepared: _Prepared) -> list[Reply | Failure] | None:
        """The replies to a batch, or None where it does not fit into memory."""
        try:
            answers: list[Reply | Failure] = []
            with no_exit():
                answers += self._answerer.answers(prepared.asked, prepared.inputs)
        except torch.OutOfMemoryError:
            pass
        except _NOT_A_WINDOW_S:
            raise
        except Exception as error:
            return self._one_by_one(prepared, error)
        else:
            self._unexpected_in_a_row = 0
            return answers
        # Only here, with the error gone, is nothing left that holds what filled the memory.
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None

    def _one_by_one(self, prepared: _Prepared, error: Exception) -> list[Reply | Failure] | None:
        """The answers to a batch that ended in an error: that of the windows that it came from."""
        batch = prepared.asked
        if len(batch) == 1:
            return [self._unexpected(batch[0].request.key, error)]
        found: list[Reply | Failure] = []
        for one in batch:
            answers = self._try(_Prepared((one,), self._inputs([one])))
            if answers is None:
                return None
            found += answers
        return found

    def _squeezed(self, asked: Asked) -> Reply | Failure:
        """The answer to a window that does not fit, made smaller until it does."""
        rule = self._card.when_out_of_memory
        key = asked.request.key
        if rule == "fail":
            if self._fitting is None:
                self._fitting = self._what_fits(asked)
            return Failure(
                key,
                FailureReason.MEMORY,
                f"out of memory with {asked.size}; {self._fitting}.",
            )
        found = self._first_that_fits(asked, rule)
        if found is not None:
            shown, reply = found
            return replace(reply, lowered=lowered(asked, shown))
        return Failure(
            key,
            FailureReason.MEMORY,
            f"out of memory with {asked.size}, and still when its {rule} were halved as often as "
            "can be; a lower precision or more devices may do: touchline models fit "
            f"{self._card.name}.",
        )

    def _what_fits(self, asked: Asked) -> str:
        found = self._first_that_fits(asked, "frames")
        if found is None:
            return "not even one frame fits: choose a lower precision or more devices"
        return f"{found[0].size} would fit: lower sampling.fps or set when_out_of_memory"

    def _first_that_fits(self, asked: Asked, rule: str) -> tuple[Asked, Reply] | None:
        less = smaller(asked, rule)
        while less is not None:
            answers = self._try(_Prepared((less,), self._inputs([less])))
            if answers is not None and isinstance(answers[0], Reply):
                return less, answers[0]
            less = smaller(less, rule)
        return None


def _memory_bytes() -> int:
    """The most that the GPUs have held, or without one what this process holds now."""
    if torch.cuda.is_available():
        return sum(map(torch.cuda.max_memory_allocated, range(torch.cuda.device_count())))
    return int(psutil.Process().memory_info().rss)
