"""How answers are generated and what they cost: the sections `generation` and `price` of a card."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from touchline.validation import Settings

ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
ThinkingLevel = Literal["minimal", "low", "medium", "high", "xhigh"]

_OF_FIRST_KEYS = ("max_new_tokens", "temperature", "seed", "repetition_penalty")
"""Settings that stand in every request's key; the others stand there where they are set."""


class Generation(Settings):
    """How an answer is generated; greedy by default, so that a run can be repeated.

    `null` leaves a setting out: the request then says nothing about it, and the server's own
    default applies. A setting that does not reach the model is refused, see `Card.honoured`.

    Attributes:
        max_new_tokens: the longest answer, in tokens; thoughts are not counted here.
        temperature: 0 is greedy.
        seed: for engines that sample.
        repetition_penalty: 1 does not change the probabilities.
        samples: how often each window is asked, with seeds that count up from `seed`.
        top_p: sample from the most likely tokens that together have this probability.
        top_k: sample from so many of the most likely tokens.
        min_p: leave out tokens less likely than this share of the most likely one.
        min_tokens: the shortest answer, in tokens.
        presence_penalty: subtracted from the score of tokens that the answer contains already.
        frequency_penalty: the same, once for each time that it contains them.
        stop: texts that end an answer.
        num_beams: beams of beam search.
        no_repeat_ngram_size: no run of so many tokens occurs twice.
        reasoning_effort: how much a reasoning model thinks, as OpenAI and others name it.
        thinking_level: the same, as Gemini 3 names it.
        thinking_budget: the most tokens that the model may think; 0 turns thinking off where the
            model allows that.
        thinking_allowance: tokens for thoughts beside those of the answer, where the endpoint's
            limit counts both; without it, the thinking budget.
    """

    max_new_tokens: Annotated[int, Field(ge=1)] | None = 256
    temperature: Annotated[float, Field(ge=0)] | None = 0.0
    seed: int | None = 0
    repetition_penalty: Annotated[float, Field(gt=0)] | None = 1.0
    samples: Annotated[int, Field(ge=1, le=1000)] = 1
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=1)] | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] | None = None
    min_tokens: Annotated[int, Field(ge=1)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    stop: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    num_beams: Annotated[int, Field(ge=1, le=1000)] | None = None
    no_repeat_ngram_size: Annotated[int, Field(ge=1)] | None = None
    reasoning_effort: ReasoningEffort | None = None
    thinking_level: ThinkingLevel | None = None
    thinking_budget: Annotated[int, Field(ge=0)] | None = None
    thinking_allowance: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _check_samples(self) -> Self:
        if self.samples > 1 and self.temperature == 0:
            raise ValueError(
                "several samples need a temperature above 0: greedy answers are all alike"
            )
        if self.samples > 1 and self.seed is None:
            raise ValueError("several samples need a seed: theirs count up from it")
        if None not in (self.min_tokens, self.max_new_tokens) and (
            self.min_tokens > self.max_new_tokens  # type: ignore[operator]
        ):
            raise ValueError("min_tokens is larger than max_new_tokens: lower it")
        return self

    @property
    def most_tokens(self) -> int | None:
        """The most tokens that an answer can have, thoughts included: the limit that is sent.

        None where none is.
        """
        if self.max_new_tokens is None:
            return None
        thoughts = self.thinking_allowance
        if thoughts is None:
            thoughts = self.thinking_budget or 0
        return self.max_new_tokens + thoughts

    def changed(self) -> dict[str, Any]:
        """The settings that differ from their defaults, except for the limits of tokens."""
        limits = {"max_new_tokens", "thinking_allowance"}
        return {
            name: "left out" if value is None else value
            for name, field in type(self).model_fields.items()
            if name not in limits and (value := getattr(self, name)) != field.default
        }

    def for_sample(self, sample: int) -> "Generation":
        """The settings of one of a window's samples, counted from 0: each has its own seed."""
        if self.seed is None:
            return self
        return self.model_copy(update={"seed": self.seed + sample})

    def facts(self) -> dict[str, Any]:
        """The settings that decide one answer, for a request's key; `samples` is not among them."""
        facts = self.model_dump(mode="json", exclude={"samples"})
        return {
            name: value
            for name, value in facts.items()
            if value is not None or name in _OF_FIRST_KEYS
        }


class Price(Settings):
    """What an endpoint charges, in US dollars per million tokens, on a date: prices change."""

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    date: date

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars for so many tokens.

        >>> Price(input=0.3, output=2.5, date="2026-11-01").of(1_000_000, 100_000)
        0.55
        """
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1_000_000
