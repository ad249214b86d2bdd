"""Which games are kept for evaluation."""

from typing import Annotated

from pydantic import Field

from touchline.validation import Settings


class SplitSettings(Settings):
    """What the draw of the games that are held out depends on.

    Attributes:
        held_out: share of the games that are kept for evaluation, and never learned from.
        seed: of everything that is drawn.
    """

    held_out: Annotated[float, Field(ge=0, lt=1)] = 0.2
    seed: int = 0
