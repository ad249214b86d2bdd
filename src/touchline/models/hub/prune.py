"""Freeing the disk of checkpoints."""

from collections.abc import Sequence
from dataclasses import dataclass

from touchline.models.card_types.local import LocalCard


@dataclass(frozen=True, slots=True)
class Held:
    """A repository of the hub that lies on this machine.

    Attributes:
        checkpoint: the hub repository.
        models: names of the cards whose weights it holds.
        size_bytes: on the disk.
    """

    checkpoint: str
    models: tuple[str, ...]
    size_bytes: int


def held(cards: Sequence[LocalCard]) -> list[Held]:
    """What the hub's cache holds of the given cards, the largest first."""
    found = []
    for repository, size_bytes in _repositories().items():
        models = tuple(card.name for card in cards if card.checkpoint == repository)
        if models:
            found.append(Held(repository, models, size_bytes))
    return sorted(found, key=lambda one: -one.size_bytes)


def prune(checkpoints: Sequence[str]) -> int:
    """Deletes all revisions of repositories from the hub's cache.

    Args:
        checkpoints: hub repositories; one that is not there is passed over.

    Returns:
        Bytes that were freed.
    """
    from huggingface_hub import scan_cache_dir

    before = sum(_repositories().get(one, 0) for one in checkpoints)
    if not before:
        return 0
    cache = scan_cache_dir()
    revisions = [
        revision.commit_hash
        for repository in cache.repos
        if repository.repo_type == "model" and repository.repo_id in checkpoints
        for revision in repository.revisions
    ]
    cache.delete_revisions(*revisions).execute()
    return before - sum(_repositories().get(one, 0) for one in checkpoints)


def _repositories() -> dict[str, int]:
    """Size in bytes of every model in the hub's cache, by repository."""
    from huggingface_hub import CacheNotFound, scan_cache_dir

    try:
        cache = scan_cache_dir()
    except CacheNotFound:
        return {}
    return {one.repo_id: one.size_on_disk for one in cache.repos if one.repo_type == "model"}
