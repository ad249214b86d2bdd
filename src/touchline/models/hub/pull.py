"""Fetching a checkpoint from the hub, once and whole."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchline.models.card_types.local import LocalCard
from touchline.models.hub.errors import hub_sentences
from touchline.models.hub.files import unwanted
from touchline.progress import Progress

Room = Callable[[int], None]
"""Raises where so many bytes have no room."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A checkpoint that is on this machine.

    Attributes:
        model: name of its card.
        checkpoint: hub repository, or folder of one that is no repository.
        commit: the revision that the card's resolved to; None for a folder.
        folder: where it lies.
        size_bytes: of all its files.
        fetched_bytes: what came now; the rest was there.
    """

    model: str
    checkpoint: str
    commit: str | None
    folder: str
    size_bytes: int
    fetched_bytes: int


def pull(card: LocalCard, room: Room, advance: Progress) -> Pulled:
    """Fetches what is missing of a card's checkpoint; whole files are not fetched again.

    Args:
        card: the model.
        room: asked before anything is written.
        advance: told of progress.

    Raises:
        UserError: the hub refuses or cannot be reached; the sentence says how to mend it.
        ComeBackLater: the hub is busy, or there is no room.
    """
    checkpoint = card.checkpoint_path()
    if Path(checkpoint).is_dir():
        sizes = [file.stat().st_size for file in Path(checkpoint).rglob("*") if file.is_file()]
        return Pulled(card.name, card.checkpoint, None, checkpoint, sum(sizes), 0)
    with hub_sentences(card.name, checkpoint):
        return _pulled(card, checkpoint, room, advance)


def _pulled(card: LocalCard, repository: str, room: Room, advance: Progress) -> Pulled:
    from huggingface_hub import HfApi, snapshot_download, try_to_load_from_cache
    from huggingface_hub.utils import filter_repo_objects  # type: ignore[attr-defined]

    info = HfApi().model_info(repository, revision=card.revision, files_metadata=True)
    sizes = {one.rfilename: one.size or 0 for one in info.siblings or ()}
    patterns = unwanted(list(sizes))
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
    total = sum(sizes[name] for name in names)
    return Pulled(card.name, repository, Path(folder).name, folder, total, coming)


def _reporting(advance: Progress, total: int) -> type[Any]:
    """A class in the place of tqdm's, that reports the bytes it is told of and draws nothing."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    class Reporting(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **words: Any) -> None:
            super().__init__(*arguments, **{**words, "file": io.StringIO(), "mininterval": 3600})

        def update(self, n: float | None = 1) -> Any:
            shown = super().update(n)
            if self.unit == "B":
                advance(min(int(self.n), total), total)
            return shown

    return Reporting
