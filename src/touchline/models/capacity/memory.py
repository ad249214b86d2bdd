"""The memory that a model needs for one batch of windows, by formula.

Two moments decide: the vision encoder processes all images of the batch, and then the language
model reads the whole prompt at once. For each, the tensors that exist at the same time are counted
from how transformers writes the layers. Generation adds one token at a time and needs less.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from touchline.models.capacity.shapes import TextShape, VisionShape

_EAGER_BYTES = 8
"""Bytes of eager attention for each pair of tokens and head: while the scores are turned into
weights, they exist as scores, in float32, and as weights: 2 + 4 + 2 in 16 bits, 4 + 4 in 32."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One window's prompt.

    Attributes:
        tokens: all of it, images included.
        image_tokens: those that stand for images.
        views: pictures that the vision encoder processes, such as tiles.
        patches: length of a view in the encoder's sequence.
        views_at_once: the most that the encoder processes at one time; None for all.
    """

    tokens: int
    image_tokens: int
    views: int
    patches: int
    views_at_once: int | None = None

    def encoded(self, batch: int) -> int:
        """Views of a batch that the encoder processes at one time."""
        views = batch * self.views
        return views if self.views_at_once is None else min(views, self.views_at_once)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a batch needs, in bytes.

    Attributes:
        weights: at rest.
        kv_cache: keys and values of prompt and answer.
        activations: the most of everything else except the attention matrix.
        attention: the matrix of eager attention, at its largest; 0 for the other kinds.
        peak: weights, and the most that exists beside them at one moment.
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
        weights_bytes: of the weights in the chosen precision.
        bytes_each: of a number in activations: 2 for 16 bits, 4 for 32.
        eager: whether attention is computed with its whole matrix.
        batch: windows at a time.
        new_tokens: of the longest answer.
        kv_bytes_each: of a number in the cache, where the cache is quantized.
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
    patches = batch * prompt.views * prompt.patches
    pixels = patches * vision.pixel_bytes(bytes_each)
    encoding = max(_encoding(vision, prompt, load), key=_Moment.total)
    prefill = max(_prefill(text, vision, prompt, load), key=_Moment.total)
    crossed = patches * text.crossed_bytes(kv_each)
    cached = batch * text.kv_bytes(prompt.tokens, kv_each) + crossed
    answered = batch * text.kv_bytes(prompt.tokens + load.new_tokens, kv_each) + crossed
    moment = max(encoding, prefill, key=_Moment.total)
    beside = max(encoding.total(), prefill.total() + cached, answered)
    return Memory(
        weights=load.weights_bytes,
        kv_cache=round(answered),
        activations=round(moment.activations + pixels),
        attention=round(moment.attention),
        peak=round(load.weights_bytes + pixels + beside),
    )


def encoding_bytes(vision: VisionShape, prompt: Prompt, load: Load) -> float:
    """The most that the vision encoder needs at one moment, besides pixels and weights."""
    return max(one.total() for one in _encoding(vision, prompt, load))


@dataclass(frozen=True, slots=True)
class _Moment:
    """What exists at one moment, in bytes: the attention matrix, and the rest."""

    activations: float
    attention: float = 0.0

    def total(self) -> float:
        return self.activations + self.attention


def _encoding(vision: VisionShape, prompt: Prompt, load: Load) -> Iterator[_Moment]:
    """Moments of the vision encoder: its feed-forward part, and attention."""
    batch, bytes_each = load.batch, load.bytes_each
    code = vision.code
    views = prompt.encoded(batch)
    patches = views * prompt.patches
    pairs = patches**2 if code.images_joined else patches * prompt.patches
    kept = vision.layers * vision.hidden if code.keeps_vision_layers else 0
    mask = pairs * bytes_each if code.masks_patch_pairs else 0
    feed_forward = (3 if code.gated_vision else 2) * vision.feed_forward + 4 * vision.hidden
    if code.image_values:
        yield _Moment(views * code.image_values * bytes_each)
    yield _Moment(patches * (feed_forward + kept) * bytes_each + mask)
    attended = prompt.patches**2 if code.images_one_by_one else pairs
    matrix = _EAGER_BYTES * vision.heads * attended if load.eager else 0.0
    yield _Moment(patches * (7 * vision.hidden + kept) * bytes_each + mask, matrix)


def _prefill(text: TextShape, vision: VisionShape, prompt: Prompt, load: Load) -> Iterator[_Moment]:
    """Moments of the language model: a feed-forward part, attention, and the scores.

    The images exist all the while: the encoder's output, and twice as embeddings.
    """
    batch, bytes_each = load.batch, load.bytes_each
    tokens, pairs = batch * prompt.tokens, batch * prompt.tokens**2
    queries, keys = text.heads * text.head_dim, text.kv_heads * text.head_dim
    width = text.hidden if text.crossed_layers else vision.hidden
    encoded = prompt.encoded(batch) * prompt.patches * width
    images = 2 * batch * prompt.image_tokens * text.hidden + encoded
    feed_forward = 3 * text.feed_forward + 4 * text.hidden
    kept = pairs * text.heads * bytes_each if load.eager else 0.0
    yield _Moment((tokens * feed_forward + images) * bytes_each, kept)
    attending = _Moment((tokens * (5 * queries + 2 * keys + 2 * text.hidden) + images) * bytes_each)
    if load.eager:
        attending = replace(attending, attention=pairs * (_EAGER_BYTES * text.heads + bytes_each))
    yield attending
    scored = tokens if text.full_logits else batch
    yield _Moment((2 * tokens * text.hidden + images + scored * text.vocabulary) * bytes_each)
