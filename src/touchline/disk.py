"""Disks: the user's cache folder, what must stay free, what a folder may hold, and full disks."""

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path, user_state_path

from touchline.errors import ComeBackLater
from touchline.units import format_gigabytes

_FULL = (errno.ENOSPC, errno.EDQUOT)


def cache_folder(part: str) -> Path:
    """A part of the cache, such as "frames": in `$TOUCHLINE_CACHE`, else in the user's cache."""
    chosen = os.environ.get("TOUCHLINE_CACHE")
    return (Path(chosen) if chosen else user_cache_path("touchline")) / part


def state_folder(part: str) -> Path:
    """A part of what is kept between runs, such as "quotas": in `$TOUCHLINE_CACHE`, else in the
    user's state folder."""
    chosen = os.environ.get("TOUCHLINE_CACHE")
    return (Path(chosen) if chosen else user_state_path("touchline")) / part


def is_disk_full(error: BaseException) -> bool:
    """Whether an error says that a disk, or the user's quota of it, is full."""
    return isinstance(error, OSError) and error.errno in _FULL


KEEP_FREE = "5GB"
"""What downloads leave free on a disk unless the user says otherwise."""


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """The space that a folder may use, checked before bytes are written to it.

    Attributes:
        folder: where the files go.
        keep_free_bytes: what must stay free on its disk.
        quota_bytes: the most that the folder may hold; None sets no limit.
    """

    folder: Path
    keep_free_bytes: int
    quota_bytes: int | None = None

    def require(self, size_bytes: int) -> None:
        """Makes sure that there is space for so many bytes more.

        Raises:
            ComeBackLater: there is not.
        """
        free = shutil.disk_usage(self.folder).free
        if free - size_bytes < self.keep_free_bytes:
            raise ComeBackLater(
                f"{self.folder} has {format_gigabytes(free)} free, of which "
                f"{format_gigabytes(size_bytes)} are needed and "
                f"{format_gigabytes(self.keep_free_bytes)} must stay free: free some space and run "
                "again."
            )
        if self.quota_bytes is None:
            return
        held = folder_size(self.folder)
        if held + size_bytes > self.quota_bytes:
            raise ComeBackLater(
                f"{self.folder} holds {format_gigabytes(held)}, {format_gigabytes(size_bytes)} "
                f"more are needed and the quota is {format_gigabytes(self.quota_bytes)}: raise "
                "it, or free some space and run again."
            )


def folder_size(folder: Path) -> int:
    """Bytes of all files in a folder; symbolic links are not followed."""
    files = (file for file in folder.rglob("*") if not file.is_symlink())
    return sum(file.stat().st_size for file in files if file.is_file())
