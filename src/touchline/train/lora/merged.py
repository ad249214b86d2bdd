"""An adapter added to the weights of its base: a checkpoint like any other."""

from pathlib import Path
from typing import Any

import peft
import yaml

from touchline.files import write_atomically
from touchline.models import TransformersCard, load_checkpoint, local_checkpoint, save_merged
from touchline.train.lora.lora_folder import LoraFolder

QUANTIZED = ("int8", "nf4")
"""Precisions to which weights are quantized while they are loaded."""


def merge_adapter(folder: LoraFolder, card: TransformersCard) -> Path:
    """Writes the checkpoint with the kept adapter of a training, and its card.

    The sum is made in the precision of the card; of weights that were quantized while loading, in
    bfloat16, because they cannot be added to. Its replies may then differ from those of the
    adapter beside quantized weights.

    Args:
        folder: of the training.
        card: the base.

    Returns:
        The file of the card.

    Raises:
        UserError: the base cannot be loaded, or not written whole.
    """
    precision = "bfloat16" if card.precision in QUANTIZED else card.precision
    plain = card.model_copy(update={"precision": precision})
    if not folder.merged.exists():
        loaded = load_checkpoint(plain)
        model = peft.PeftModel.from_pretrained(loaded.model, str(folder.adapter))
        save_merged(plain, model, local_checkpoint(plain), folder.merged)
    left_out = {"revision", "gated", "adapter"}
    values = {name: one for name, one in card_entry(card).items() if name not in left_out}
    facts = values | {
        "name": f"{card.name}-{folder.folder.name}-merged",
        "checkpoint": str(folder.merged.resolve()),
        "precision": precision,
        "about": f"{card.name} with the adapter of {folder.folder.name} in its weights",
    }
    write_atomically(folder.merged_card, yaml.safe_dump(facts, sort_keys=False))
    return folder.merged_card


def card_entry(card: TransformersCard) -> dict[str, Any]:
    """A card as a benchmark or a file describes it: what it says, without defaults."""
    values: dict[str, Any] = card.model_dump(mode="json", exclude_unset=True)
    return values
