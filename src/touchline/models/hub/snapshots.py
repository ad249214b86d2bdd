"""Finding a card's checkpoint on this machine; runs never download anything."""

from pathlib import Path

from touchline.errors import UserError
from touchline.models.card_types.local import LocalCard
from touchline.models.hub.needed_files import unneeded_files


def local_checkpoint(card: LocalCard) -> Path:
    """The folder of a card's checkpoint, without using the network.

    Raises:
        UserError: it was never downloaded, or not completely.
    """
    from huggingface_hub import get_cached_repo_tree, snapshot_download
    from huggingface_hub.errors import (
        CachedRepoTreeNotFoundError,
        HFValidationError,
        IncompleteSnapshotError,
        LocalEntryNotFoundError,
    )

    checkpoint = card.checkpoint_path()
    if Path(checkpoint).is_dir():
        return Path(checkpoint)
    try:
        names = [file.path for file in get_cached_repo_tree(checkpoint, revision=card.revision)]
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
            revision=card.revision,
            local_files_only=True,
            ignore_patterns=unneeded_files(names),
        )
    except (IncompleteSnapshotError, LocalEntryNotFoundError) as error:
        state = "incomplete" if isinstance(error, IncompleteSnapshotError) else "not"
        raise UserError(
            f"model '{card.name}': {checkpoint} is {state} on this machine: touchline models pull "
            f"{card.name}."
        ) from error
    return Path(folder)


def cache_folder() -> Path:
    """The folder of the hub's cache, created if it does not exist."""
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
