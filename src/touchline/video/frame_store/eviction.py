"""The folder of frame stores: what is in it, and deleting what was not used for the longest time.

A store that is being read or written is locked (see `locks`), and what is locked is not deleted.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from touchline.disk import cache_folder
from touchline.files import write_atomically
from touchline.units import GIGABYTE, parse_size
from touchline.video.frame_store.format import StoreFormatError, read_header
from touchline.video.frame_store.locks import is_locked, lock_alone
from touchline.video.frame_store.store_spec import PART, SUFFIX, WAITING

DEFAULT_LIMIT_BYTES = 50 * GIGABYTE
_LIMIT_FILE = "limit"


@dataclass(frozen=True, slots=True)
class CachedStore:
    """One file of the cache.

    Attributes:
        path: the file.
        facts: the video's name, the rate, and how pixels are made; empty where the file is of
            another version.
        frames: how many it holds, or will.
        size_bytes: its size.
        last_used: when the store was last opened.
        in_use: whether any process reads or writes it now.
    """

    path: Path
    facts: Mapping[str, Any]
    frames: int
    size_bytes: int
    last_used: datetime
    in_use: bool


def frames_folder() -> Path:
    """The user's folder of frame stores."""
    return cache_folder("frames")


def cached(folder: Path | None = None) -> list[CachedStore]:
    """All stores of a folder (None: the user's), the last used first."""
    return sorted(
        _read_stores(folder or frames_folder()),
        key=lambda one: (one.last_used, one.path),
        reverse=True,
    )


def shrink_cache(limit_bytes: int, folder: Path | None = None) -> list[CachedStore]:
    """Deletes the stores that were not used for the longest time until the rest fits.

    What is in use stays, whatever the limit.

    Args:
        limit_bytes: the most that may stay.
        folder: of the stores; None takes the user's.

    Returns:
        What was deleted.
    """
    stores = cached(folder)
    for one in stores:
        if one.path.suffix == PART and not one.in_use and _delete_unused(one.path):
            stores = [other for other in stores if other is not one]  # its writer died
    total = sum(one.size_bytes for one in stores)
    deleted = []
    for one in reversed(stores):
        if total <= limit_bytes:
            break
        if _delete_unused(one.path):
            total -= one.size_bytes
            deleted.append(one)
    return deleted


def limit_bytes(folder: Path | None = None) -> int:
    """The most that the stores of a folder (None: the user's) may take."""
    try:
        text = ((folder or frames_folder()) / _LIMIT_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return DEFAULT_LIMIT_BYTES
    return parse_size(text)


def set_limit(limit: int, folder: Path | None = None) -> None:
    """Sets the most that the stores of a folder (None: the user's) may take."""
    write_atomically((folder or frames_folder()) / _LIMIT_FILE, f"{limit}\n")


def _read_stores(folder: Path) -> Iterator[CachedStore]:
    for path in [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{SUFFIX}{PART}")]:
        with suppress(FileNotFoundError):  # deleted by another process just now
            yield _read_store(path)


def _read_store(path: Path) -> CachedStore:
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        facts: Mapping[str, Any] = {}
        count = 0
        with suppress(StoreFormatError):
            header = read_header(file.fileno())
            facts, count = header.facts, len(header.times_ms)
        used = datetime.fromtimestamp(stat.st_mtime, UTC)
        return CachedStore(path, facts, count, stat.st_size, used, is_locked(path))


def _delete_unused(path: Path) -> bool:
    """Deletes a store that no process has locked; whether it is gone."""
    try:
        with path.open("r+b") as file:
            if not lock_alone(file.fileno()):
                return False
            path.unlink(missing_ok=True)
            Path(f"{path}{WAITING}").unlink(missing_ok=True)
    except FileNotFoundError:
        return True
    return True
