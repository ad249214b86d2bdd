"""Which windows become examples, and what their answers say."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from touchline.train.examples.split_settings import SplitSettings
from touchline.validation import to_ms

Share = Annotated[float, Field(ge=0, le=1)]


class ExampleSettings(SplitSettings):
    """How examples are chosen. Every window with an event is one; the others are drawn.

    Attributes:
        events: share of the examples in which something happens.
        near: share of those in which nothing happens, but does so shortly before or after: they
            look like events.
        nothing: share of those far from any event.
        near_s: how far from an event "near" goes, in seconds.
        confidence: that answers state with every event; None leaves it out.
    """

    events: Share = 0.5
    near: Share = 0.25
    nothing: Share = 0.25
    near_s: Annotated[float, Field(gt=0)] = 30.0
    confidence: Annotated[float, Field(gt=0, le=1)] | None = 1.0

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        total = self.events + self.near + self.nothing
        if abs(total - 1) > 1e-6 or self.events == 0:
            raise ValueError(
                "events, near and nothing are shares: they must add up to 1, and events to more "
                "than 0"
            )
        return self

    @property
    def near_ms(self) -> int:
        """`near_s` in milliseconds."""
        return to_ms(self.near_s)
