"""Finding the store that holds some frames: whole, being written by somebody, or ours to write.

Who writes a store has locked it alone (flock), who reads one shares the lock. The system gives a
lock back when its holder dies, however it dies, so an unlocked part has no writer any more.
"""

import errno
import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from touchline.errors import UserError
from touchline.video.frame_store.eviction import PART, SUFFIX
from touchline.video.frame_store.format import NotAStoreError, Places, read_head, read_index
from touchline.video.frame_store.writer import Build, Order, is_at


@dataclass(frozen=True, slots=True, eq=False)
class LocatedStore:
    """An open store.

    Attributes:
        path: where it is once it is whole.
        descriptor: of the open file.
        places: of its frames where it is whole, else None.
        build: who writes it, where that is this process and this reader.
    """

    path: Path
    descriptor: int
    places: Places | None
    build: Build | None = None


def locate_store(order: Order) -> LocatedStore:
    """A store that holds, or will hold, all frames of an order; it may hold more.

    Raises:
        UserError: the cache's folder cannot be used.
    """
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
        while True:
            found = _whole(order) or _being_written(order) or _to_write(order)
            if found is not None:
                return found
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP):
            reason = "its file system has no locks"
        elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
            reason = "it cannot be written to"
        else:
            raise
        raise UserError(
            f"frames cannot be kept in {order.folder}: {reason}; set TOUCHLINE_CACHE to another "
            "folder."
        ) from error


def share_lock(descriptor: int) -> bool:
    """Locks an open store for reading; False while somebody writes it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _whole(order: Order) -> LocatedStore | None:
    """The smallest whole store that holds everything."""
    for path in sorted(order.folder.glob(f"{order.kind}-*{SUFFIX}"), key=_size_first):
        with suppress(FileNotFoundError):  # evicted just now
            descriptor = os.open(path, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            places = read_index(descriptor) if _holds(descriptor, order) else None
            if places is not None and is_at(descriptor, path):
                with suppress(PermissionError):  # a store that others own is read as well
                    os.utime(path)
                return LocatedStore(path, descriptor, places)
            os.close(descriptor)
    return None


def _being_written(order: Order) -> LocatedStore | None:
    """A store of more frames that a living process writes."""
    for path in sorted(order.folder.glob(f"{order.kind}-*{SUFFIX}{PART}")):
        with suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDWR)
            if not share_lock(descriptor) and _holds(descriptor, order):
                return LocatedStore(path.with_suffix(""), descriptor, None)
            os.close(descriptor)
    return None


def _to_write(order: Order) -> LocatedStore | None:
    """The order's own store, to be written; None where things have changed meanwhile."""
    part = Path(f"{order.path}{PART}")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return LocatedStore(order.path, descriptor, None)
    if not is_at(descriptor, part):
        os.close(descriptor)  # another process has just finished or removed it
        return None
    has_dead_writer = os.fstat(descriptor).st_size > 0
    if has_dead_writer or order.path.exists():
        part.unlink()
        os.close(descriptor)
        return None
    return LocatedStore(order.path, descriptor, None, Build(order, descriptor))


def _holds(descriptor: int, order: Order) -> bool:
    try:
        times = read_head(descriptor).times_ms
    except NotAStoreError:
        return False
    return bool(np.isin(order.times_ms, times).all())


def _size_first(path: Path) -> tuple[int, str]:
    with suppress(FileNotFoundError):
        return path.stat().st_size, path.name
    return 0, path.name
