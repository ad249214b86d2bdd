"""Downloading a checkpoint from the hub, once and completely."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchline.models.card_types.local import LocalCard
from touchline.models.hub.checkpoint_locks import CheckpointLock, LockedFile, write_lock
from touchline.models.hub.hub_errors import hub_sentences
from touchline.progress import Progress

_SLACK_BYTES = 100_000_000
"""What is counted twice when a connection breaks and a part comes again."""

Room = Callable[[int], None]
"""Raises where there is not enough space for so many bytes."""


@dataclass(frozen=True, slots=True)
class PullResult:
    """A checkpoint on this machine.

    Attributes:
        model: name of its card.
        checkpoint: hub repository, or local folder.
        commit: what the card's revision resolved to; None for a local folder.
        folder: where it is.
        size_bytes: of all its files.
        fetched_bytes: what was downloaded now.
        lock: the file that records commit and files; None for a local folder.
    """

    model: str
    checkpoint: str
    commit: str | None
    folder: str
    size_bytes: int
    fetched_bytes: int
    lock: str | None = None


def pull(card: LocalCard, room: Room, advance: Progress) -> PullResult:
    """Downloads what is missing of a card's checkpoint; complete files are not downloaded again.

    Args:
        card: the model.
        room: called before anything is written.
        advance: called with the progress.

    Raises:
        UserError: the hub refuses or cannot be reached; the sentence says how to fix it.
        ComeBackLater: the hub is busy, or there is not enough space.
    """
    checkpoint = card.checkpoint_path()
    if Path(checkpoint).is_dir():
        sizes = [file.stat().st_size for file in Path(checkpoint).rglob("*") if file.is_file()]
        return PullResult(card.name, card.checkpoint, None, checkpoint, sum(sizes), 0)
    with hub_sentences(card.name, checkpoint):
        return _download(card, checkpoint, room, advance)


def _download(card: LocalCard, repository: str, room: Room, advance: Progress) -> PullResult:
    from huggingface_hub import HfApi, snapshot_download, try_to_load_from_cache
    from huggingface_hub.utils import filter_repo_objects  # type: ignore[attr-defined]

    info = HfApi().model_info(repository, revision=card.revision, files_metadata=True)
    sizes = {one.rfilename: one.size or 0 for one in info.siblings or ()}
    patterns = card.unneeded_files(list(sizes))
    names = list(filter_repo_objects(list(sizes), ignore_patterns=patterns))
    missing = [
        name
        for name in names
        if not isinstance(try_to_load_from_cache(repository, name, revision=info.sha), str)
    ]
    coming = sum(sizes[name] for name in missing)
    room(coming)
    folder = snapshot_download(
        repository,
        revision=card.revision,
        ignore_patterns=patterns,
        tqdm_class=_reporting(advance, coming),
    )
    commit = Path(folder).name
    hashes = _hashes(info) if commit == info.sha else {}
    files = {
        name: LockedFile(size_bytes=(Path(folder) / name).stat().st_size, hash=hashes.get(name))
        for name in names
        if (Path(folder) / name).is_file()
    }
    lock = CheckpointLock(repository=repository, revision=card.revision, commit=commit, files=files)
    total = sum(sizes[name] for name in names)
    file = str(write_lock(lock))
    return PullResult(card.name, repository, commit, folder, total, coming, file)


def _hashes(info: Any) -> dict[str, str | None]:
    """The hash of each file of a repository, as the hub gives it."""
    return {
        one.rfilename: one.lfs.sha256 if one.lfs else one.blob_id for one in info.siblings or ()
    }


def _reporting(advance: Progress, total: int) -> type[Any]:
    """A replacement for tqdm that reports the bytes and draws nothing."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    from touchline.bounded_http import EndlessAnswerError

    class Reporting(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **{**options, "file": io.StringIO(), "mininterval": 3600})

        def update(self, n: float | None = 1) -> Any:
            shown = super().update(n)
            if self.unit == "B" and self.n > total + _SLACK_BYTES:
                raise EndlessAnswerError(f"it sends more than the {total:,} bytes it announced")
            if self.unit == "B":
                advance(min(int(self.n), total), total)
            return shown

    return Reporting
