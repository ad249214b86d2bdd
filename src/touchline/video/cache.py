"""The folder of frame stores: what is in it, and deleting what was not used for the longest time.

A store that somebody reads or writes is locked (see `store`), and what is locked is not deleted.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_cache_path

from touchline.errors import UserError

SUFFIX = ".frames"
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CachedStore:
    """One file of the cache.

    Attributes:
        path: the file.
        size_bytes: its size.
        last_used: when a store was last opened.
    """

    path: Path
    size_bytes: int
    last_used: datetime


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
    total = sum(one.size_bytes for one in stores)
    deleted = []
    for one in reversed(stores):
        if total <= limit_bytes:
            break
        if _delete_unused(one.path):
            total -= one.size_bytes
            deleted.append(one)
    return deleted


def in_bytes(size: str) -> int:
    """A size as people write it, in bytes.

    >>> in_bytes("1.5 GB"), in_bytes("200M"), in_bytes("0")
    (1500000000, 200000000, 0)

    Raises:
        UserError: it is not a size.
    """
    found = _SIZE.fullmatch(size.strip())
    if found is None:
        raise UserError(f"'{size}' is not a size: write one such as 20GB or 500MB.")
    return round(float(found[1]) * _UNITS[found[2].upper()])


def _stores(folder: Path) -> Iterator[CachedStore]:
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(FileNotFoundError):  # deleted by another process just now
            stat = path.stat()
            used = datetime.fromtimestamp(stat.st_mtime, UTC)
            yield CachedStore(path, stat.st_size, used)


def _delete_unused(path: Path) -> bool:
    """Deletes a store that no one has locked; whether it is gone."""
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True
