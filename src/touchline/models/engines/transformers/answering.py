"""From a batch of inputs to the replies: generation, and decoding the output."""

from collections.abc import Sequence
from typing import Any

import torch
import transformers

from touchline.models.engines.transformers.asked import Asked
from touchline.models.engines.transformers.loading import LoadedModel
from touchline.models.engines.transformers.sampling import SeededSampler
from touchline.models.engines.transformers.structured import SchemaGuide
from touchline.models.engines.transformers.token_probabilities import TokenRecorder, token_texts
from touchline.models.generation import Generation
from touchline.models.types import Reply


class Answerer:
    """Generates the answers of a loaded model.

    Args:
        loaded: the model.
        cache: arguments of `generate` for its cache of keys and values.
        guide: constrains answers to their prompt's schema, or None.
    """

    def __init__(
        self, loaded: LoadedModel, cache: dict[str, Any], guide: SchemaGuide | None = None
    ) -> None:
        self._loaded = loaded
        self._cache = cache
        self._guide = guide

    def answers(self, batch: Sequence[Asked], inputs: Any) -> list[Reply]:
        """The replies to a batch, without the time they took.

        Args:
            batch: the questions, all with the same settings except for their seeds.
            inputs: of the model, for the batch.

        Raises:
            torch.OutOfMemoryError: the batch does not fit.
        """
        model = self._loaded.model
        settings = batch[0].request.generation
        recorder = TokenRecorder()
        with torch.inference_mode():
            moved = inputs.to(self._loaded.device, dtype=model.dtype)
            produced = model.generate(
                **moved,
                **_arguments(settings),
                **self._cache,
                logits_processor=self._processors(batch, recorder),
            )
        start = _prompt_length(moved["input_ids"], produced)
        rows = zip(
            batch,
            produced[:, start:].tolist(),
            moved["attention_mask"].sum(dim=1).tolist(),
            recorder.log_probabilities(produced),
            strict=True,
        )
        return [
            self._reply(asked.request.key, tokens, int(tokens_in), likely)
            for asked, tokens, tokens_in, likely in rows
        ]

    def _processors(self, batch: Sequence[Asked], recorder: TokenRecorder) -> Any:
        """What is done with the scores, in order: constrain to a schema, record, sample."""
        found: list[Any] = []
        schemas = [one.request.messages.schema for one in batch]
        if self._guide is not None:
            found.append(self._guide.processor([one for one in schemas if one is not None]))
        found.append(recorder)
        if batch[0].request.generation.temperature > 0:
            found.append(SeededSampler([a.request for a in batch], self._loaded.device))
        return transformers.LogitsProcessorList(found)

    def _reply(self, key: str, tokens: list[int], tokens_in: int, likely: list[float]) -> Reply:
        ends = end_tokens(self._loaded.model)
        length = next((at for at, token in enumerate(tokens) if token in ends), None)
        kept = tokens if length is None else tokens[:length]
        return Reply(
            key=key,
            text=self._text(kept).strip(),
            finish_reason="length" if length is None else "stop",
            prompt_tokens=tokens_in,
            completion_tokens=len(kept),
            tokens=tuple(zip(token_texts(kept, self._text), likely, strict=False)),
            attention=self._loaded.attention,
        )

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self._loaded.tokenizer.decode(tokens, skip_special_tokens=True))


def end_tokens(model: Any) -> set[int]:
    """Ids of the tokens that end an answer."""
    end = model.generation_config.eos_token_id
    if end is None:
        return set()
    return set(end) if isinstance(end, list) else {end}


def _arguments(settings: Generation) -> dict[str, Any]:
    """Always the most likely token; for sampling, `SeededSampler` adds the randomness."""
    return {
        "max_new_tokens": settings.max_new_tokens,
        "do_sample": False,
        "repetition_penalty": settings.repetition_penalty,
    }


def _prompt_length(prompt: torch.Tensor, produced: torch.Tensor) -> int:
    """Length of the prompt in the output: some models return only what is new."""
    length = prompt.shape[1]
    echoed = produced.shape[1] > length and bool((produced[:, :length] == prompt).all())
    return length if echoed else 0
