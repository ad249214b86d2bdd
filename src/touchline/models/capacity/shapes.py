"""The sizes of a model's parts, read from its card."""

from dataclasses import dataclass
from typing import Any

from touchline.models.card_types.local import Implementation


@dataclass(frozen=True, slots=True)
class LayerCache:
    """Decoder layers that keep keys and values alike.

    Attributes:
        layers: how many.
        width: of all heads of the keys together; of a latent, half of it.
        window: the most tokens that are kept, or None for all.
    """

    layers: int
    width: float
    window: int | None = None

    def values(self, tokens: int) -> float:
        """Numbers that are kept of so many tokens: a key and a value each."""
        kept = tokens if self.window is None else min(tokens, self.window)
        return 2 * self.layers * self.width * kept


@dataclass(frozen=True, slots=True)
class TextShape:
    """The language model.

    Attributes:
        layers: decoder layers.
        hidden: width of the residual stream.
        heads: of the queries.
        kv_heads: of keys and values.
        head_dim: width of a head.
        feed_forward: width of a token's feed-forward part, of all chosen experts together where
            there are experts.
        vocabulary: how many tokens there are.
        caches: the layers that keep keys and values of the prompt, by what they keep.
        crossed_layers: layers that keep keys and values of the images instead.
        full_logits: see `Implementation`.
    """

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    feed_forward: int
    vocabulary: int
    caches: tuple[LayerCache, ...]
    crossed_layers: int
    full_logits: bool

    def kv_bytes(self, tokens: int, bytes_each: float) -> float:
        """Keys and values of so many tokens, all layers; a window keeps no more than its size."""
        return sum(cache.values(tokens) for cache in self.caches) * bytes_each

    def crossed_bytes(self, bytes_each: float) -> float:
        """Keys and values of one patch of the vision encoder, all layers that attend to it."""
        return 2 * self.crossed_layers * self.kv_heads * self.head_dim * bytes_each


@dataclass(frozen=True, slots=True)
class VisionShape:
    """The vision encoder.

    Attributes:
        layers: encoder layers.
        hidden: width of the residual stream.
        heads: of attention.
        feed_forward: width of the feed-forward part.
        patch_values: colour values of a patch.
        code: how its code uses memory.
    """

    layers: int
    hidden: int
    heads: int
    feed_forward: int
    patch_values: int
    code: Implementation

    @property
    def parameters(self) -> int:
        """Of its layers: four matrices of attention, and the feed-forward part."""
        matrices = 3 if self.code.gated_vision else 2
        return self.layers * self.hidden * (4 * self.hidden + matrices * self.feed_forward)

    def operations(self, views: int, patches: int) -> float:
        """Floating-point operations of encoding so many views of so many patches.

        A convolutional network's are those of its `Implementation`. Otherwise two for each
        parameter and patch, and four for each pair of patches and value of the
        residual stream in attention.
        """
        pairs = (views * patches) ** 2 if self.code.images_joined else views * patches**2
        attention = 4 * self.layers * self.hidden * pairs
        convolved = views * (self.code.image_operations or 0)
        return convolved + 2 * self.parameters * views * patches + attention

    def pixel_bytes(self, bytes_each: int) -> int:
        """The colour values of a patch as the encoder receives them.

        Code that masks pixels copies them to leave out padding, and has two masks of eight bytes
        a pixel.
        """
        values = self.patch_values * bytes_each
        return 2 * values + self.patch_values // 3 * 2 * 8 if self.code.masks_pixels else values


def text_shape(architecture: dict[str, Any], code: Implementation) -> TextShape:
    """The language model of a card.

    Raises:
        KeyError: a size is missing.
    """
    text = architecture.get("text_config", architecture)
    heads, hidden = text["num_attention_heads"], text["hidden_size"]
    layers, crossed = text["num_hidden_layers"], len(text.get("cross_attention_layers", ()))
    return TextShape(
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=text.get("num_key_value_heads") or heads,
        head_dim=text.get("head_dim") or hidden // heads,
        feed_forward=_feed_forward(text),
        vocabulary=text["vocab_size"],
        caches=_caches(text, layers - crossed),
        crossed_layers=crossed,
        full_logits=code.full_logits,
    )


def vision_shape(architecture: dict[str, Any], code: Implementation) -> VisionShape:
    """The vision encoder of a card.

    Raises:
        KeyError: a size is missing.
    """
    vision = architecture["vision_config"]
    if "model_args" in vision:  # an encoder of timm
        sizes = vision["model_args"]
        vision = {**sizes, **vision, "hidden_size": sizes["embed_dim"]}
    if code.image_values:  # a convolutional network: pixels in, as many features as tokens out
        values = 3 * vision["image_size"] ** 2 // architecture["vision_soft_tokens_per_image"]
        return VisionShape(0, vision["hidden_size"], 1, 0, values, code)
    patch = vision["patch_size"]
    side = patch[0] if isinstance(patch, list) else patch
    if "mm_embed_dim" in vision:  # Gemma 4 12B has no encoder: pixels are projected to the model
        values = 3 * (side * vision["pooling_kernel_size"]) ** 2
        return VisionShape(0, vision["mm_embed_dim"], 1, 0, values, code)
    frames = vision.get("temporal_patch_size", 1)
    hidden = vision["hidden_size"]
    return VisionShape(
        layers=vision.get("num_hidden_layers") or vision["depth"],
        hidden=hidden,
        heads=next(vision[name] for name in _HEADS if name in vision),
        feed_forward=vision.get("intermediate_size") or int(hidden * vision["mlp_ratio"]),
        patch_values=3 * side**2 * frames,
        code=code,
    )


_FULL, _SLIDING, _LINEAR = "full_attention", "sliding_attention", "linear_attention"

_NO_CACHE = frozenset({_LINEAR, "conv", "moe", "mlp"})
"""Layers without keys and values: linear attention and convolutions have a state of one size, and
in a Nemotron-H a feed-forward part is a layer of its own."""


def _caches(text: dict[str, Any], layers: int) -> tuple[LayerCache, ...]:
    """What the layers keep of the prompt.

    The config says which layers attend to a window (`layer_types`, or every but the n-th by
    `sliding_window_pattern`), have linear attention, whose state does not grow (`layer_types`, or
    every but the n-th by `full_attention_interval`), or use the keys and values of a layer before
    them (`num_kv_shared_layers`, the last ones). In Gemma 4, layers without a window have heads of
    their own (`global_head_dim`, `num_global_key_value_heads`). Sparse attention keeps all keys and
    values, and only reads fewer.
    """
    heads = text["num_attention_heads"]
    kv_heads = text.get("num_key_value_heads") or heads
    head_dim = text.get("head_dim") or text["hidden_size"] // heads
    full_heads = text.get("num_global_key_value_heads") or kv_heads
    full_dim = text.get("global_head_dim") or head_dim
    kinds = _layer_kinds(text, layers)[: layers - text.get("num_kv_shared_layers", 0)]
    sliding = kinds.count(_SLIDING)
    full = sum(kind != _SLIDING and kind not in _NO_CACHE for kind in kinds)
    width: float = full_heads * full_dim
    if "kv_lora_rank" in text:
        # Multi-head latent attention keeps one latent in place of all heads' keys and values.
        width = (text["kv_lora_rank"] + text["qk_rope_head_dim"]) / 2
    return (
        LayerCache(full, width),
        LayerCache(sliding, kv_heads * head_dim, text.get("sliding_window")),
    )


def _layer_kinds(text: dict[str, Any], layers: int) -> list[str]:
    """The kind of each layer that attends to the prompt."""
    for name in ("layer_types", "layers_block_type"):
        if name in text:
            return list(text[name])[:layers]
    for name, kind in (("sliding_window_pattern", _SLIDING), ("full_attention_interval", _LINEAR)):
        if text.get(name):
            return [kind if (at + 1) % text[name] else _FULL for at in range(layers)]
    return [_FULL] * layers


_HEADS = ("num_attention_heads", "num_heads", "attention_heads")


def _feed_forward(text: dict[str, Any]) -> int:
    """Width of a token's feed-forward part, of all chosen experts together."""
    chosen = text.get("num_experts_per_tok") or text.get("top_k_experts")
    each = text.get("moe_intermediate_size") or text["intermediate_size"]
    if chosen is None:
        return int(text["intermediate_size"])
    # In Gemma 4, a dense part stands beside the experts.
    dense = text["intermediate_size"] if "top_k_experts" in text else 0
    shared = next((text[name] for name in _SHARED if name in text), None)
    if shared is None:
        shared = text.get("n_shared_experts", 0) * each
    return int(each * chosen + dense + shared)


_SHARED = (
    "shared_expert_intermediate_size",
    "shared_intermediate_size",
    "moe_shared_expert_intermediate_size",
)
"""Names of the width of the experts that every token uses."""
