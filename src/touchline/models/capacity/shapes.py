"""The sizes of a model's parts, read from its card."""

from dataclasses import dataclass
from typing import Any

from touchline.models.card_types.local import Implementation


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
        cached_layers: layers that keep keys and values of the prompt.
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
    cached_layers: int
    crossed_layers: int
    full_logits: bool

    def kv_bytes(self, bytes_each: float) -> float:
        """Keys and values of one token, all layers."""
        return 2 * self.cached_layers * self.kv_heads * self.head_dim * bytes_each

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
        cached_layers=layers - crossed,
        crossed_layers=crossed,
        full_logits=code.full_logits,
    )


def vision_shape(architecture: dict[str, Any], code: Implementation) -> VisionShape:
    """The vision encoder of a card.

    Raises:
        KeyError: a size is missing.
    """
    vision = architecture["vision_config"]
    patch = vision["patch_size"]
    side = patch[0] if isinstance(patch, list) else patch
    frames = vision.get("temporal_patch_size", 1)
    return VisionShape(
        layers=vision.get("num_hidden_layers") or vision["depth"],
        hidden=vision["hidden_size"],
        heads=next(vision[name] for name in _HEADS if name in vision),
        feed_forward=vision["intermediate_size"],
        patch_values=3 * side**2 * frames,
        code=code,
    )


_HEADS = ("num_attention_heads", "num_heads", "attention_heads")


def _feed_forward(text: dict[str, Any]) -> int:
    if "moe_intermediate_size" in text:
        return int(text["moe_intermediate_size"] * text["num_experts_per_tok"])
    return int(text["intermediate_size"])
