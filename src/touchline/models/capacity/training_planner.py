"""Whether training an adapter of a model fits, from its card and the longest example."""

from dataclasses import dataclass, replace

from touchline.errors import UserError
from touchline.models.capacity.memory import Load
from touchline.models.capacity.planner import (
    Workload,
    formula_of,
    memory_of,
    prompt_of,
    shapes_of,
    weights_bytes,
)
from touchline.models.capacity.training_memory import (
    TrainingLoad,
    TrainingMemory,
    training_memory,
)
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.frame_sets import pooling_parameters
from touchline.units import format_gigabytes

_CAST = ("int8", "nf4")
"""Precisions whose other weights PEFT makes 32 bits for training, and with them activations
(`peft.prepare_model_for_kbit_training`)."""


@dataclass(frozen=True, slots=True)
class LongestExample:
    """The longest example to learn from.

    Attributes:
        prompt_tokens: of the question, images included, as the processor makes them.
        answer_tokens: of the longest answer, its end included.
        frames: that it shows.
        width: of a frame, in pixels.
        height: of a frame, in pixels.
    """

    prompt_tokens: int
    answer_tokens: int
    frames: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What training will need.

    Attributes:
        training: the memory of a step.
        evaluation_bytes: the peak of answering held-out windows with what is trained beside; 0
            where nothing is evaluated.
    """

    training: TrainingMemory
    evaluation_bytes: int = 0

    @property
    def peak(self) -> int:
        """The most at one moment, in bytes."""
        return max(self.training.peak, self.evaluation_bytes)

    def sentence(self, free_bytes: int) -> str:
        """The plan in words.

        Args:
            free_bytes: memory that is free.
        """
        of = self.training
        parts = {
            "weights": of.weights,
            "adapters and optimizer": of.trained,
            "activations": of.activations,
            "token scores": of.logits,
        }
        listed = ", ".join(f"{name} {_gb(size)}" for name, size in parts.items())
        more = self.evaluation_bytes > of.peak
        evaluating = f"; evaluating needs {_gb(self.peak)}" if more else ""
        return f"memory: {_gb(of.peak)} planned ({listed}){evaluating}, of {_gb(free_bytes)} free"


def _gb(size: int) -> str:
    return format_gigabytes(size, 2)


def plan_training(
    card: TransformersCard, example: LongestExample, wanted: TrainingLoad, evaluates: bool
) -> TrainingPlan:
    """What training an adapter needs.

    Args:
        card: the model.
        example: the longest of the examples.
        wanted: the adapter; its `load` is filled in here.
        evaluates: whether held-out windows are answered between steps.

    Raises:
        UserError: the card lacks what the plan is made of.
    """
    work = Workload(
        frames=example.frames,
        width=example.width,
        height=example.height,
        batch=card.batch_size,
        precision=card.precision,
        attention="eager" if card.attention == "eager" else None,
        as_video=card.frames_as == "video",
    )
    formula = formula_of(card, work)
    if formula is None or card.architecture is None:
        lacks = "image_tokens" if formula is None else "architecture"
        raise UserError(f"the card of '{card.name}' has no {lacks} (see docs/cards.md).")
    text, vision = shapes_of(card)
    prompt = replace(prompt_of(card, work, formula), tokens=example.prompt_tokens)
    wide = card.precision == "float32" or card.precision in _CAST
    load = Load(
        weights_bytes=weights_bytes(card, card.precision) + _cast_bytes(card, text.hidden),
        bytes_each=4 if wide else 2,
        eager=card.attention == "eager",
        batch=1,
        new_tokens=example.answer_tokens,
    )
    dense = card.dense
    added = 0 if dense is None else pooling_parameters(dense, text.hidden)
    found = training_memory(text, vision, prompt, replace(wanted, load=load, pooling=added))
    answering = memory_of(card, work, formula).peak + found.trained if evaluates else 0
    return TrainingPlan(found, answering)


def _cast_bytes(card: TransformersCard, hidden: int) -> int:
    """What embeddings and scoring layer grow by, where they are made 32 bits beside few."""
    if card.precision not in _CAST or card.architecture is None:
        return 0
    text = card.architecture.get("text_config", card.architecture)
    tied = text.get("tie_word_embeddings", card.architecture.get("tie_word_embeddings", False))
    return 2 * hidden * int(text["vocab_size"]) * (1 if tied else 2)
