"""LoRA adapters: that of a card is loaded whole, and no other is loaded unasked."""

import importlib.util
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.models.card_types.local import ADAPTER_FILES
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.engines.transformers.completeness import check_adapter

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
            f"model '{card.name}': {path} has an {_CONFIG}, so it is a LoRA adapter and no whole "
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
            f"model '{card.name}' has an adapter, and without it another answer: pip install peft, "
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
