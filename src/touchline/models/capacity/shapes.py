"""The sizes of a model's parts, read from the config values on its card."""

from dataclasses import dataclass
from typing import Any

_KEEPS_LAYERS = frozenset(
    {"llava", "llava_next", "llava_next_video", "llava_onevision", "mistral3", "mllama"}
)
"""Architectures whose `get_image_features` asks the vision encoder for every layer's output."""

_ONE_BY_ONE = frozenset({"qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "video_llama_3"})
"""Architectures whose vision encoder attends to one image after the other, not to all at once."""

_MASKED = frozenset({"idefics2", "idefics3", "smolvlm"})
"""Architectures that mask the padding of images pixel by pixel."""

_GATED_VISION = frozenset({"qwen2_5_vl", "llava", "mistral3"})
"""Architectures whose vision encoder has three matrices in its feed-forward part, not two;
"llava" stands for Pixtral, the only card of that kind."""


@dataclass(frozen=True, slots=True)
class TextShape:
    """The language model.

    Attributes:
        layers: decoder layers.
        hidden: width of the residual stream.
        heads: of the queries.
        kv_heads: of keys and values.
        head_dim: width of a head.
        feed_forward: places of a token's feed-forward part that are alive together: all chosen
            experts', where there are experts.
        vocabulary: how many tokens there are.
        cached_layers: layers that keep keys and values of the prompt.
        crossed_layers: layers that keep keys and values of the images in their place.
        full_logits: whether the scores of every place are computed, not only the last one's.
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
        """Keys and values of one place of the vision encoder, all layers that look at it."""
        return 2 * self.crossed_layers * self.kv_heads * self.head_dim * bytes_each


@dataclass(frozen=True, slots=True)
class VisionShape:
    """The vision encoder.

    Attributes:
        layers: encoder layers.
        hidden: width of the residual stream.
        heads: of attention.
        feed_forward: width of the feed-forward part.
        gated: whether that part has three matrices.
        patch_values: colour values of a patch.
        keeps_layers: whether every layer's output is kept to the end.
        one_by_one: whether images attend one after the other.
        masked: whether pixels are copied to leave out padding, beside masks of eight bytes a pixel.
        joint: whether all images are one sequence, with a mask between them, as in Pixtral.
        masks_pairs: whether a mask holds a number for every pair of places.
    """

    layers: int
    hidden: int
    heads: int
    feed_forward: int
    gated: bool
    patch_values: int
    keeps_layers: bool
    one_by_one: bool
    masked: bool
    joint: bool
    masks_pairs: bool

    def pixel_bytes(self, bytes_each: int) -> int:
        """The colour values of a patch as the encoder is given them, with their masks."""
        values = self.patch_values * bytes_each
        return 2 * values + self.patch_values // 3 * 2 * 8 if self.masked else values


def text_shape(architecture: dict[str, Any]) -> TextShape:
    """The language model of a card's architecture.

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
        full_logits=bool(architecture.get("full_logits")),
    )


def vision_shape(architecture: dict[str, Any]) -> VisionShape:
    """The vision encoder of a card's architecture.

    Raises:
        KeyError: a size is missing.
    """
    vision, kind = architecture["vision_config"], architecture["model_type"]
    patch = vision["patch_size"]
    side = patch[0] if isinstance(patch, list) else patch
    frames = 2 if kind.startswith("qwen") else 1
    return VisionShape(
        layers=vision.get("num_hidden_layers") or vision["depth"],
        hidden=vision["hidden_size"],
        heads=next(vision[word] for word in _HEADS if word in vision),
        feed_forward=vision["intermediate_size"],
        gated=kind in _GATED_VISION,
        patch_values=3 * side**2 * frames,
        keeps_layers=kind in _KEEPS_LAYERS,
        one_by_one=kind in _ONE_BY_ONE,
        masked=kind in _MASKED,
        joint=vision.get("model_type") == "pixtral",
        masks_pairs=vision.get("model_type") == "pixtral" or kind == "mllama",
    )


_HEADS = ("num_attention_heads", "num_heads", "attention_heads")


def _feed_forward(text: dict[str, Any]) -> int:
    if "moe_intermediate_size" in text:
        return int(text["moe_intermediate_size"] * text["num_experts_per_tok"])
    return int(text["intermediate_size"])
