"""The kinds of attention to try on this machine, the fastest first."""

from collections.abc import Collection

import torch
from transformers.utils import import_utils

from touchline.models.card_types.local import AttentionKind
from touchline.models.card_types.transformers import TransformersCard

_HOPPER = 9
"""The only generation of GPUs that FlashAttention 3 supports (the flash-attn project)."""


def attention_order(
    card: TransformersCard,
    capability: float | None,
    installed: Collection[AttentionKind],
) -> list[AttentionKind]:
    """The kinds of attention to try, in order.

    Args:
        card: names one kind, or "auto".
        capability: CUDA compute capability of the weakest GPU, such as 8.6; None without a GPU.
        installed: kinds whose library is installed.

    Example:
        A Titan RTX has compute capability 7.5, too little for FlashAttention 2:

        >>> from touchline.models import find_card
        >>> card = find_card({"name": "x", "engine": "transformers", "checkpoint": "a/b"})
        >>> attention_order(card, 7.5, {"flash_attention_2", "sdpa", "eager"})
        ['sdpa', 'eager']
    """
    if card.attention != "auto":
        return [card.attention]
    found: list[AttentionKind] = [
        kind
        for kind in ("flash_attention_3", "flash_attention_2", "sdpa", "eager")
        if kind in installed and kind in card.attention_kinds and _runs(kind, card, capability)
    ]
    return found or ["eager"]


def _runs(kind: AttentionKind, card: TransformersCard, capability: float | None) -> bool:
    if kind in ("sdpa", "eager"):
        return capability is None or capability >= card.attention_kinds[kind]
    # FlashAttention computes in 16 bits only, and on a GPU only.
    if capability is None or card.precision == "float32":
        return False
    if kind == "flash_attention_3" and int(capability) != _HOPPER:
        return False
    return capability >= card.attention_kinds[kind]


def weakest_capability() -> float | None:
    """Compute capability of the weakest CUDA device that is visible, or None without any."""
    if not torch.cuda.is_available():
        return None
    devices = map(torch.cuda.get_device_capability, range(torch.cuda.device_count()))
    major, minor = min(devices)
    return major + minor / 10


def installed_kinds() -> set[AttentionKind]:
    """The kinds whose library is installed; two of them come with torch."""
    found: set[AttentionKind] = {"sdpa", "eager"}
    if import_utils.is_flash_attn_2_available():
        found.add("flash_attention_2")
    if import_utils.is_flash_attn_3_available():
        found.add("flash_attention_3")
    return found
