"""Finding a card's checkpoint on this machine; runs never download anything."""

from pathlib import Path

from touchline.errors import UserError
from touchline.models.card_types.local import LocalCard
from touchline.models.hub.checkpoint_locks import locked_revision
from touchline.models.types import ServedBy
from touchline.video import fingerprint

_INDEXES = ("model.safetensors.index.json", "model.safetensors", "pytorch_model.bin.index.json")
"""What names all weights of a checkpoint, the first that there is; a single file names itself."""


def local_checkpoint(card: LocalCard) -> Path:
    """The folder of a card's checkpoint, without using the network.

    Raises:
        UserError: it was never downloaded, or not completely.
    """
    checkpoint = card.checkpoint_path()
    if Path(checkpoint).is_dir():
        return Path(checkpoint)
    from huggingface_hub import get_cached_repo_tree, snapshot_download
    from huggingface_hub.errors import (
        CachedRepoTreeNotFoundError,
        HFValidationError,
        IncompleteSnapshotError,
        LocalEntryNotFoundError,
    )

    revision = locked_revision(checkpoint, card.revision)
    try:
        names = [file.path for file in get_cached_repo_tree(checkpoint, revision=revision)]
    except CachedRepoTreeNotFoundError:
        names = []
    except HFValidationError as error:
        raise UserError(
            f"model '{card.name}': {checkpoint} is neither a folder nor the name of a hub "
            "repository (OWNER/NAME)."
        ) from error
    try:
        folder = snapshot_download(
            checkpoint,
            revision=revision,
            local_files_only=True,
            ignore_patterns=card.unneeded_files(names),
        )
    except (IncompleteSnapshotError, LocalEntryNotFoundError) as error:
        state = "incomplete" if isinstance(error, IncompleteSnapshotError) else "not"
        raise UserError(
            f"model '{card.name}': {checkpoint} is {state} on this machine: touchline models pull "
            f"{card.name}."
        ) from error
    return Path(folder)


def served_by_checkpoint(card: LocalCard, folder: Path) -> ServedBy:
    """Who answers where a checkpoint is loaded: its name, commit, and the hash of its index.

    Args:
        card: the model.
        folder: of its checkpoint.
    """
    is_local = Path(card.checkpoint_path()).is_dir()
    index = next((folder / name for name in _INDEXES if (folder / name).is_file()), None)
    return ServedBy(
        model=card.name if is_local else card.checkpoint,
        version=None if is_local else folder.name,
        fingerprint=None if index is None else fingerprint(index, index.stat().st_size),
    )


def cache_folder() -> Path:
    """The folder of the hub's cache, created if it does not exist."""
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
