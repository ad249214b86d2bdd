"""Constraining answers to the prompt's JSON schema, through llguidance."""

from typing import Any

import torch

from touchline.errors import UserError
from touchline.prompts import AnswerSchema

_COMPACT: Any = {"whitespace_flexible": False}
"""No whitespace between the parts of an answer, which could be endless."""


class SchemaGuide:
    """Makes logits processors that constrain answers to the JSON schema of their prompt.

    Args:
        name: of the model, for the error message.
        tokenizer: of the checkpoint.
        ends: ids of the tokens that end an answer.

    Raises:
        UserError: llguidance is not installed, or does not support this kind of tokenizer.
    """

    def __init__(self, name: str, tokenizer: Any, ends: list[int]) -> None:
        try:
            from llguidance.hf import from_tokenizer
        except ImportError as error:
            raise UserError(
                f"model '{name}' has structured: true, which needs llguidance: "
                "pip install llguidance."
            ) from error
        try:
            self._tokenizer = from_tokenizer(tokenizer, eos_token=ends or None)
        except ValueError as error:
            raise UserError(
                f"model '{name}': structured: true does not work with its tokenizer ({error})."
            ) from error

    def processor(self, schemas: list[AnswerSchema]) -> "SchemaProcessor":
        """A logits processor for a batch.

        Args:
            schemas: the schema of each row's answer.
        """
        from llguidance import LLMatcher

        grammars = [
            LLMatcher.grammar_from_json_schema(schema.to_json(), _COMPACT) for schema in schemas
        ]
        return SchemaProcessor([LLMatcher(self._tokenizer, grammar) for grammar in grammars])


class SchemaProcessor:
    """A logits processor that excludes every token that would violate the schema.

    Args:
        matchers: one for each row; they follow the answer and cannot be reused.
    """

    def __init__(self, matchers: list[Any]) -> None:
        self._matchers = matchers
        self._has_started = False

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """The scores, with those of impossible tokens at minus infinity.

        Args:
            input_ids: prompt and answer so far; shape (batch, length).
            scores: of the next token; shape (batch, vocabulary).
        """
        allowed = torch.zeros(scores.shape, dtype=torch.bool)
        last = input_ids[:, -1].tolist() if self._has_started else [None] * len(self._matchers)
        for row, (matcher, token) in enumerate(zip(self._matchers, last, strict=True)):
            if token is not None and not matcher.is_stopped():
                matcher.consume_token(token)
            bits = torch.frombuffer(bytearray(matcher.compute_bitmask()), dtype=torch.uint8)
            known = min(scores.shape[1], 8 * len(bits))
            unpacked = (bits[:, None] >> torch.arange(8, dtype=torch.uint8)) & 1
            allowed[row, :known] = unpacked.flatten()[:known].bool()
        self._has_started = True
        return scores.masked_fill(~allowed.to(scores.device), float("-inf"))
