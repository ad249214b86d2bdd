"""How an adapter is trained."""

from typing import Annotated

from pydantic import Field

from touchline.validation import Settings

_Positive = Annotated[int, Field(ge=1)]


class LoraSettings(Settings):
    """The adapter's size and the training's length and rates.

    Attributes:
        rank: of the two matrices beside each weight matrix.
        alpha: what is learned is scaled by alpha / rank.
        dropout: of what goes into the adapter.
        vision: whether the vision encoder and what joins it to the language model get adapters,
            too; otherwise only the language model does.
        learning_rate: the highest; it rises over `warmup` and falls like a cosine.
        warmup: share of the steps in which it rises.
        epochs: how often each example is learned from.
        accumulate: examples of one optimizer step; one at a time is in memory.
        every: optimizer steps between two checkpoints, each evaluated on the held-out games.
        patience: evaluations without a better score after which training ends early.
        max_gradient: norm to which gradients are clipped.
        checkpointing: whether activations are computed again in the backward pass, which needs
            less memory and a third more time.
        check_memory: whether a training that does not fit by plan is refused.
        seed: of the order, the dropout and the adapter's first weights.
    """

    rank: _Positive = 16
    alpha: _Positive = 32
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.05
    vision: bool = False
    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    warmup: Annotated[float, Field(ge=0, le=1)] = 0.03
    epochs: Annotated[float, Field(gt=0)] = 3.0
    accumulate: _Positive = 8
    every: _Positive = 200
    patience: _Positive = 3
    max_gradient: Annotated[float, Field(gt=0)] = 1.0
    checkpointing: bool = True
    check_memory: bool = True
    seed: int = 0
