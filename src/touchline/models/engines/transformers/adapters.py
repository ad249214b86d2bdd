"""LoRA adapters: that of a card is loaded whole, and no other is loaded unasked."""

import importlib.util
import json
import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from touchline.errors import UserError
from touchline.files import whole_folder
from touchline.models.card_types.local import ADAPTER_FILES
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.engines.transformers.completeness import check_adapter
from touchline.models.engines.transformers.dense.image_features import POOLING_FILE, detach_pooling

_CONFIG, _WEIGHTS = ADAPTER_FILES


def refuse_adapter_alone(card: TransformersCard, path: Path) -> None:
    """Refuses a checkpoint that is an adapter, or has one beside its weights.

    Where peft is installed, transformers loads such an adapter unasked, and in place of this folder
    the repository that the adapter names as its base.

    Raises:
        UserError: there is one.
    """
    if (path / _CONFIG).is_file():
        raise UserError(
            f"model '{card.name}': {path} has an {_CONFIG}, so it is a LoRA adapter, not a whole "
            "model: name the base as 'checkpoint' and this folder as 'adapter', or merge it into "
            "its base (merge_and_unload of peft) and save that."
        )


def load_adapter(card: TransformersCard, model: Any, path: Path) -> None:
    """Loads the adapter of a card, and makes the model use it.

    Raises:
        UserError: peft is not installed, the checkpoint has no such folder, or the adapter is not
            one of this model.
    """
    if card.adapter is None:
        return
    if importlib.util.find_spec("peft") is None:
        raise UserError(
            f"model '{card.name}' has a LoRA adapter, which needs peft: pip install peft, "
            "or 'touchline[local]'."
        )
    folder = card.adapter_folder() or path / card.adapter
    if not folder.is_dir():
        raise UserError(
            f"model '{card.name}': folder {folder} with the adapter does not exist: correct "
            "'adapter' or 'revision' in the card."
        )
    lacking = [name for name in (_CONFIG, _WEIGHTS) if not (folder / name).is_file()]
    if lacking:
        # transformers would take adapter_model.bin in its place, which is a pickle.
        raise UserError(
            f"model '{card.name}': the adapter in {folder} lacks {' and '.join(lacking)}: download "
            "the checkpoint again, or use a revision that has them."
        )
    # Tensors of other shapes are let through here, so that they can be named.
    found = model.load_adapter(str(folder), adapter_name=folder.name, ignore_mismatched_sizes=True)
    check_adapter(card.name, folder.name, found)
    model.set_adapter(folder.name)


_OWN_FILES = (
    "config.json",
    "*.safetensors",
    "*.safetensors.index.json",
    "*.bin",
    "*.bin.index.json",
)
"""Files of a checkpoint that a merged one has of its own."""


def save_merged(card: TransformersCard, model: Any, base: Path, out: Path) -> None:
    """Adds an adapter to the weights of its base and writes the sum as a checkpoint.

    Args:
        card: the base, for errors.
        model: the base in memory, not quantized, with the adapter as a `peft.PeftModel`.
        base: folder of its checkpoint, whose other files are copied.
        out: the folder to write; it is there whole or not at all.

    Raises:
        UserError: the class holds only a part of the checkpoint, so it cannot be written whole.
    """
    merged = model.merge_and_unload(safe_merge=True)
    pooling = detach_pooling(merged)
    kind = json.loads((base / "config.json").read_text(encoding="utf-8")).get("model_type")
    if kind != merged.config.model_type:
        raise UserError(
            f"model '{card.name}': only the part '{merged.config.model_type}' of its checkpoint "
            f"'{kind}' is loaded, so a whole checkpoint cannot be written: use the adapter."
        )
    with whole_folder(out) as folder:
        merged.save_pretrained(folder)
        if pooling:
            save_file(pooling, folder / POOLING_FILE)
        for file in sorted(base.iterdir()):
            if file.is_file() and not any(fnmatch(file.name, one) for one in _OWN_FILES):
                shutil.copyfile(file, folder / file.name)
