"""The settings of a run that stops when its question is answered: `stopping`."""

from typing import Annotated, Literal

from pydantic import Field

from touchline.scores import ALPHA
from touchline.validation import Settings


class StoppingSettings(Settings):
    """A question, games in random order, and the evidence that ends the asking.

    Attributes:
        between: the two models of the question which of them is better.
        figure: what a game is judged by: its official average-mAP, "loose" or "tight".
        alpha: probability of an answer where neither model is better, at most; asking ends where
            the evidence is 1 / alpha.
        seed: of the order of the games.
    """

    between: Annotated[tuple[str, str], Field(min_length=2, max_length=2)]
    figure: Literal["loose", "tight"] = "loose"
    alpha: Annotated[float, Field(gt=0, lt=1)] = ALPHA
    seed: int = 0
