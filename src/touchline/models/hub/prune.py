"""Listing and deleting downloaded checkpoints."""

from collections.abc import Sequence
from dataclasses import dataclass

from touchline.models.card_types.local import LocalCard


@dataclass(frozen=True, slots=True)
class CachedCheckpoint:
    """A repository of the hub in this machine's cache.

    Attributes:
        checkpoint: the hub repository.
        models: names of the cards with these weights.
        size_bytes: on the disk.
    """

    checkpoint: str
    models: tuple[str, ...]
    size_bytes: int


def cached_checkpoints(cards: Sequence[LocalCard]) -> list[CachedCheckpoint]:
    """The checkpoints of cards that are in the hub's cache, the largest first."""
    found = []
    for repository, size_bytes in _repositories().items():
        models = tuple(card.name for card in cards if card.checkpoint == repository)
        if models:
            found.append(CachedCheckpoint(repository, models, size_bytes))
    return sorted(found, key=lambda one: -one.size_bytes)


def prune(checkpoints: Sequence[str]) -> int:
    """Deletes all revisions of repositories from the hub's cache.

    Args:
        checkpoints: hub repositories; those that are not in the cache are skipped.

    Returns:
        The bytes that were freed.
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
