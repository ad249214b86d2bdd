"""The memory that training an adapter needs, by formula.

Weights stay as they are stored. Beside them are the adapter's numbers in 32 bits, their gradients
and the two moments of AdamW; what the vision encoder needs, which does not learn; the input of
each decoder layer, kept for the backward pass; what one layer keeps while it is computed again
there; and the scores of the answer's tokens. The tensors of a layer are counted from how
transformers and PEFT write it.
"""

from dataclasses import dataclass

from touchline.models.capacity.memory import Load, Prompt, encoding_bytes
from touchline.models.capacity.shapes import TextShape, VisionShape

_FULL = 4
"""Bytes of a number in 32 bits: what adapters, their gradients and AdamW's moments are kept in."""

_EACH_TRAINED = 4 * _FULL
"""Bytes for a number that is trained: itself, its gradient, and two moments of AdamW
(Loshchilov and Hutter, https://arxiv.org/abs/1711.05101)."""


_ANY_LOAD = Load(weights_bytes=0, bytes_each=4, eager=False, batch=1, new_tokens=0)


@dataclass(frozen=True, slots=True)
class TrainingLoad:
    """What is trained, and on what.

    Attributes:
        rank: of the adapters.
        dropout: whether what goes into an adapter is dropped at random.
        vision: whether the vision encoder has adapters, too.
        pooling: trained numbers of a pooling module, where there is one.
        every_layer: whether activations of all layers are kept, not computed again.
        load: how the model is run; `batch` is 1, and `new_tokens` those of the answer to learn.
    """

    rank: int
    dropout: bool = True
    vision: bool = False
    pooling: int = 0
    every_layer: bool = False
    load: Load = _ANY_LOAD


@dataclass(frozen=True, slots=True)
class TrainingMemory:
    """What training needs, in bytes.

    Attributes:
        weights: at rest.
        trained: adapters, gradients and the optimizer's state.
        activations: the most of everything else except the scores.
        logits: the scores of tokens and their gradients.
        peak: the most at one moment.
    """

    weights: int
    trained: int
    activations: int
    logits: int
    peak: int


def adapter_parameters(text: TextShape, rank: int) -> int:
    """Numbers of the adapters of a language model: two matrices beside each of its seven."""
    width, keys = text.heads * text.head_dim, text.kv_heads * text.head_dim
    attention = 2 * (text.hidden + width) + 2 * (text.hidden + keys)
    return text.layers * rank * (attention + 3 * (text.hidden + text.feed_forward))


def training_memory(
    text: TextShape, vision: VisionShape, prompt: Prompt, wanted: TrainingLoad
) -> TrainingMemory:
    """The memory of training on one example at a time.

    Args:
        text: the language model.
        vision: the vision encoder.
        prompt: of the longest example, without its answer.
        wanted: what is trained.
    """
    load, each = wanted.load, wanted.load.bytes_each
    tokens = prompt.tokens + load.new_tokens
    trained = adapter_parameters(text, wanted.rank) + wanted.pooling
    if wanted.vision:
        trained += _vision_parameters(vision, wanted.rank)
    pixels = prompt.views * prompt.patches * vision.pixel_bytes(each)
    images = 2 * prompt.image_tokens * text.hidden * each
    scored = tokens if text.full_logits else load.new_tokens + 1
    # The scores, the same in 32 bits, their logarithms, and the gradients of both.
    logits = scored * text.vocabulary * (2 * each + 3 * _FULL)
    layer, gradients = _layer_bytes(text, tokens, wanted)
    streams = tokens * text.hidden * each
    kept = text.layers * (layer if wanted.every_layer else streams) + 2 * streams
    moments = [encoding_bytes(vision, prompt, load)]
    if wanted.vision:
        patches = prompt.views * prompt.patches
        kept += vision.layers * patches * vision.hidden * each
        moments.append(kept + patches * (6 * vision.hidden + 2 * vision.feed_forward) * _FULL)
    moments.append(images + kept + gradients + (0 if wanted.every_layer else layer))
    activations = pixels + max(moments)
    moments.append(images + kept + logits)
    everything = load.weights_bytes + _EACH_TRAINED * trained
    return TrainingMemory(
        weights=load.weights_bytes,
        trained=_EACH_TRAINED * trained,
        activations=round(activations),
        logits=round(logits),
        peak=round(everything + pixels + max(moments)),
    )


def _layer_bytes(text: TextShape, tokens: int, wanted: TrainingLoad) -> tuple[float, float]:
    """What one decoder layer keeps for its backward pass, and the gradients at its widest part."""
    each = wanted.load.bytes_each
    width, keys = text.heads * text.head_dim, text.kv_heads * text.head_dim
    wide = text.feed_forward
    # The seven adapters keep their inputs: dropped ones and a mask of a byte, or 32-bit copies.
    copies = 1 + _FULL if wanted.dropout else _FULL if each < _FULL else 0
    inputs = (5 * text.hidden + width + wide) * copies
    norms = 2 * text.hidden * ((_FULL if each < _FULL else 0) + each) + text.hidden * each
    repeated = 2 * width if text.kv_heads < text.heads else 0
    attention = (2 * width + 2 * keys + repeated) * each
    matrix = tokens * text.heads if wanted.load.eager else 0
    feed_forward = 4 * wide * each
    scores = matrix * (_FULL + (each if each < _FULL else 0))
    gradients = max((4 if wanted.dropout else 2) * wide, 2 * matrix) * _FULL
    return tokens * (inputs + norms + attention + feed_forward + scores), tokens * gradients


def _vision_parameters(vision: VisionShape, rank: int) -> int:
    """Numbers of the adapters of a vision encoder."""
    matrices = 3 if vision.code.gated_vision else 2
    wide = matrices * (vision.hidden + vision.feed_forward)
    return vision.layers * rank * (8 * vision.hidden + wide)
