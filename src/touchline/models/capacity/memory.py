"""Memory that a model takes for one batch of windows, by formula.

Two moments decide: the vision encoder works on all images of the batch, and then the language
model reads the whole prompt at once. In each, what is alive together is counted from how
transformers writes the layers. Generation after that adds one token at a time and takes less.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from touchline.models.capacity.shapes import TextShape, VisionShape

_EAGER_BYTES = 8
"""Bytes of eager attention for each pair of places and head: while the scores are turned into
weights, they are alive as scores, in float32, and as weights: 2 + 4 + 2 in 16 bits, 4 + 4 in 32."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One window's prompt.

    Attributes:
        tokens: all of it, images included.
        image_tokens: of these, what stands for images.
        views: pictures that the vision encoder is given.
        patches: places of a view in the encoder's sequence.
    """

    tokens: int
    image_tokens: int
    views: int
    patches: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What a batch takes, in bytes.

    Attributes:
        weights: at rest.
        kv_cache: keys and values of prompt and answer.
        activations: the most of everything else but attention's matrix.
        attention: the matrix of eager attention, at its largest; 0 for the other kinds.
        peak: weights, and the most that is there beside them at one moment.
    """

    weights: int
    kv_cache: int
    activations: int
    attention: int
    peak: int


@dataclass(frozen=True, slots=True)
class Load:
    """How a model is run.

    Attributes:
        weights_bytes: of the weights in the precision that is asked for.
        bytes_each: of a number in activations: 2 for 16 bits, 4 for 32.
        eager: whether attention is computed with its whole matrix.
        batch: windows at a time.
        new_tokens: of the longest answer.
        kv_bytes_each: of a number in the cache, where it is kept in fewer bits.
    """

    weights_bytes: int
    bytes_each: int
    eager: bool
    batch: int
    new_tokens: int
    kv_bytes_each: float | None = None


def memory(text: TextShape, vision: VisionShape, prompt: Prompt, load: Load) -> Memory:
    """The memory of a batch of windows of one prompt.

    Args:
        text: the language model.
        vision: the vision encoder.
        prompt: of each window.
        load: how it is run.
    """
    batch, bytes_each = load.batch, load.bytes_each
    kv_each = bytes_each if load.kv_bytes_each is None else load.kv_bytes_each
    kv_token = batch * text.kv_bytes(kv_each)
    places = batch * prompt.views * prompt.patches
    pixels = places * vision.pixel_bytes(bytes_each)
    seeing = max(_seeing(vision, prompt, load), key=_Moment.together)
    reading = max(_reading(text, vision, prompt, load), key=_Moment.together)
    cached = kv_token * prompt.tokens + places * text.crossed_bytes(kv_each)
    moment = max(seeing, reading, key=_Moment.together)
    beside = max(
        seeing.together(), reading.together() + cached, cached + kv_token * load.new_tokens
    )
    return Memory(
        weights=load.weights_bytes,
        kv_cache=round(cached + kv_token * load.new_tokens),
        activations=round(moment.activations + pixels),
        attention=round(moment.attention),
        peak=round(load.weights_bytes + pixels + beside),
    )


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is alive at one moment, in bytes: attention's matrix, and the rest."""

    activations: float
    attention: float = 0.0

    def together(self) -> float:
        return self.activations + self.attention


def _seeing(vision: VisionShape, prompt: Prompt, load: Load) -> Iterator[_Moment]:
    """Moments of the vision encoder: its feed-forward part, and attention."""
    batch, bytes_each = load.batch, load.bytes_each
    places = batch * prompt.views * prompt.patches
    pairs = places**2 if vision.joint else places * prompt.patches
    kept = vision.layers * vision.hidden if vision.keeps_layers else 0
    mask = pairs * bytes_each if vision.masks_pairs else 0
    feed_forward = (3 if vision.gated else 2) * vision.feed_forward + 4 * vision.hidden
    yield _Moment(places * (feed_forward + kept) * bytes_each + mask)
    attended = prompt.patches**2 if vision.one_by_one else pairs
    matrix = _EAGER_BYTES * vision.heads * attended if load.eager else 0.0
    yield _Moment(places * (7 * vision.hidden + kept) * bytes_each + mask, matrix)


def _reading(text: TextShape, vision: VisionShape, prompt: Prompt, load: Load) -> Iterator[_Moment]:
    """Moments of the language model: a feed-forward part, attention, and the scores.

    What the encoder saw is there all the while: its output, and twice as embeddings.
    """
    batch, bytes_each = load.batch, load.bytes_each
    places, pairs = batch * prompt.tokens, batch * prompt.tokens**2
    queries, keys = text.heads * text.head_dim, text.kv_heads * text.head_dim
    looked_at = text.hidden if text.crossed_layers else vision.hidden
    seen = batch * (
        2 * prompt.image_tokens * text.hidden + prompt.views * prompt.patches * looked_at
    )
    feed_forward = 3 * text.feed_forward + 4 * text.hidden
    kept = pairs * text.heads * bytes_each if load.eager else 0.0
    yield _Moment((places * feed_forward + seen) * bytes_each, kept)
    attending = _Moment((places * (5 * queries + 2 * keys + 2 * text.hidden) + seen) * bytes_each)
    if load.eager:
        attending = replace(attending, attention=pairs * (_EAGER_BYTES * text.heads + bytes_each))
    yield attending
    scored = places if text.full_logits else batch
    yield _Moment((2 * places * text.hidden + seen + scored * text.vocabulary) * bytes_each)
