"""Settings of a model as a person writes them: in a card or in a benchmark."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from touchline.models.nouns import Generation
from touchline.video import Recipe


class GenerationSettings(BaseModel):
    """Settings of `Generation` as a person writes them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_new_tokens: Annotated[int, Field(ge=1)] = 256
    temperature: Annotated[float, Field(ge=0)] = 0.0
    seed: int = 0
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0

    def plain(self) -> Generation:
        """The settings as the plain value that travels with a request."""
        return Generation(**self.model_dump())


class Price(BaseModel):
    """What an endpoint takes, in US dollars a million tokens, on a date: prices move."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    date: date

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars for so many tokens.

        >>> Price(input=0.3, output=2.5, date="2026-11-01").of(1_000_000, 100_000)
        0.55
        """
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1_000_000


class SamplingSettings(BaseModel):
    """How frames and windows are taken; seconds, as people say them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fps: Annotated[float, Field(gt=0, le=240)] = 5.0
    window: Annotated[float, Field(gt=0)] = 3.0
    stride: Annotated[float, Field(gt=0)] = 2.0
    height: Annotated[int, Field(ge=16)] | None = None

    def over(self, other: "SamplingSettings") -> "SamplingSettings":
        """These settings where they were given, the other's elsewhere."""
        return other.model_copy(
            update={name: getattr(self, name) for name in self.model_fields_set}
        )

    def recipe(self) -> Recipe:
        """The same in the units of the code."""
        return Recipe(self.fps, round(self.window * 1000), round(self.stride * 1000), self.height)
