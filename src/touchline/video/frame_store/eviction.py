"""The folder of frame stores: what is in it, and deleting what was not used for the longest time.

A store that somebody reads or writes is locked (see `store`), and what is locked is not deleted.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from touchline.files import write_atomically
from touchline.units import GIGABYTE, parse_size
from touchline.video.frame_store.format import NotAStoreError, read_head

SUFFIX = ".frames"
PART = ".part"
"""Behind the name of a store that is being written."""

WAITING = ".waiting"
"""Behind the name of a part: the file that other processes lock while they wait for its frames."""

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
        in_use: whether somebody reads or writes it now.
    """

    path: Path
    facts: Mapping[str, Any]
    frames: int
    size_bytes: int
    last_used: datetime
    in_use: bool


def cache_folder() -> Path:
    """Where frame stores are kept: `$TOUCHLINE_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("TOUCHLINE_CACHE")
    return Path(chosen) / "frames" if chosen else user_cache_path("touchline") / "frames"


def cached(folder: Path | None = None) -> list[CachedStore]:
    """All stores of a folder (None: the user's), the last used first."""
    return sorted(
        _stores(folder or cache_folder()), key=lambda one: (one.last_used, one.path), reverse=True
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
        text = ((folder or cache_folder()) / _LIMIT_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return DEFAULT_LIMIT_BYTES
    return parse_size(text)


def set_limit(limit: int, folder: Path | None = None) -> None:
    """Keeps the most that the stores of a folder (None: the user's) may take."""
    write_atomically((folder or cache_folder()) / _LIMIT_FILE, f"{limit}\n")


def _stores(folder: Path) -> Iterator[CachedStore]:
    for path in [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{SUFFIX}{PART}")]:
        with suppress(FileNotFoundError):  # deleted by another process just now
            yield _looked_at(path)


def _looked_at(path: Path) -> CachedStore:
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        facts: Mapping[str, Any] = {}
        count = 0
        with suppress(NotAStoreError):
            head = read_head(file.fileno())
            facts, count = head.facts, len(head.times_ms)
        used = datetime.fromtimestamp(stat.st_mtime, UTC)
        return CachedStore(path, facts, count, stat.st_size, used, _in_use(path))


def _in_use(path: Path) -> bool:
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _delete_unused(path: Path) -> bool:
    """Deletes a store that no one has locked; whether it is gone."""
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
            Path(f"{path}{WAITING}").unlink(missing_ok=True)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True
