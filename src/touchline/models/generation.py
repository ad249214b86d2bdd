"""How answers are generated and what they cost: the sections `generation` and `price` of a card."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from touchline.validation import Settings


class Generation(Settings):
    """How an answer is generated; greedy by default, so that a run can be repeated.

    Attributes:
        max_new_tokens: the longest answer, in tokens.
        temperature: 0 is greedy.
        seed: for engines that sample.
        repetition_penalty: 1 does not change the probabilities.
        samples: how often each window is asked, with seeds that count up from `seed`.
    """

    max_new_tokens: Annotated[int, Field(ge=1)] = 256
    temperature: Annotated[float, Field(ge=0)] = 0.0
    seed: int = 0
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0
    samples: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _greedy_once(self) -> Self:
        if self.samples > 1 and self.temperature == 0:
            raise ValueError(
                "several samples need a temperature above 0: greedy answers are all alike"
            )
        return self

    def for_sample(self, sample: int) -> "Generation":
        """The settings of one of a window's samples, counted from 0: each has its own seed."""
        return self.model_copy(update={"seed": self.seed + sample})

    def facts(self) -> dict[str, Any]:
        """The settings that decide one answer, for a request's key; `samples` is not among them."""
        return self.model_dump(exclude={"samples"})


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
