"""From a batch of inputs to the replies: generation, and decoding the output."""

from collections.abc import Sequence
from typing import Any

import torch
import transformers

from touchline.models.engines.transformers.asked import Asked
from touchline.models.engines.transformers.generate_arguments import (
    beams,
    generate_arguments,
    stop_texts,
)
from touchline.models.engines.transformers.loading import LoadedModel
from touchline.models.engines.transformers.scores.sampling import SeededSampler
from touchline.models.engines.transformers.scores.structured import SchemaGuide
from touchline.models.engines.transformers.scores.token_probabilities import (
    TokenRecorder,
    token_texts,
)
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
        stops = stop_texts(settings, model.generation_config)
        # Beams leave their rows, so the probability of each chosen token cannot be followed.
        recorder = None if beams(settings, model.generation_config) > 1 else TokenRecorder()
        with torch.inference_mode():
            moved = inputs.to(self._loaded.device, dtype=model.dtype)
            produced = model.generate(
                **moved,
                **generate_arguments(settings, stops, self._loaded.tokenizer),
                **self._cache,
                logits_processor=self._processors(batch, recorder),
            )
        start = _prompt_length(moved["input_ids"], produced)
        rows = zip(
            batch,
            produced[:, start:].tolist(),
            moved["attention_mask"].sum(dim=1).tolist(),
            recorder.log_probabilities(produced) if recorder else [[] for _ in batch],
            strict=True,
        )
        return [
            self._reply(asked.request.key, tokens, int(tokens_in), likely, stops)
            for asked, tokens, tokens_in, likely in rows
        ]

    def _processors(self, batch: Sequence[Asked], recorder: TokenRecorder | None) -> Any:
        """What is done with the scores, in order: constrain to a schema, record, sample."""
        found: list[Any] = []
        schemas = [one.request.messages.schema for one in batch]
        if self._guide is not None:
            found.append(self._guide.processor([one for one in schemas if one is not None]))
        if recorder is not None:
            found.append(recorder)
        if batch[0].request.generation.temperature:
            found.append(SeededSampler([a.request for a in batch], self._loaded.device))
        return transformers.LogitsProcessorList(found)

    def _reply(
        self,
        key: str,
        tokens: list[int],
        tokens_in: int,
        likely: list[float],
        stops: Sequence[str],
    ) -> Reply:
        ends = end_tokens(self._loaded.model)
        length = next((at for at, token in enumerate(tokens) if token in ends), None)
        kept = tokens if length is None else tokens[:length]
        texts = token_texts(kept, self._text)
        text = self._text(kept)
        if stopped := _before_stop(texts, stops):
            length, text = stopped
            kept, texts = kept[:length], texts[:length]
        return Reply(
            key=key,
            text=text.strip(),
            finish_reason="length" if length is None else "stop",
            prompt_tokens=tokens_in,
            completion_tokens=len(kept),
            tokens=tuple(zip(texts, likely, strict=False)),
            attention=self._loaded.attention,
            served=self._loaded.served,
        )

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self._loaded.tokenizer.decode(tokens, skip_special_tokens=True))


def end_tokens(model: Any) -> set[int]:
    """Ids of the tokens that end an answer."""
    end = model.generation_config.eos_token_id
    if end is None:
        return set()
    return set(end) if isinstance(end, list) else {end}


def _before_stop(texts: Sequence[str], stops: Sequence[str]) -> tuple[int, str] | None:
    """How many tokens there are up to the first stop text, and the text before it; None if none.

    >>> _before_stop(["a", " b", "END", "pad"], ["END"])
    (3, 'a b')
    """
    so_far = ""
    for at, text in enumerate(texts if stops else ()):
        so_far += text
        places = [place for stop in stops if (place := so_far.find(stop)) >= 0]
        if places:
            return at + 1, so_far[: min(places)]
    return None


def _prompt_length(prompt: torch.Tensor, produced: torch.Tensor) -> int:
    """Length of the prompt in the output: some models return only what is new."""
    length = prompt.shape[1]
    echoed = produced.shape[1] > length and bool((produced[:, :length] == prompt).all())
    return length if echoed else 0
