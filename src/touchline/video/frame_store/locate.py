"""Finding the store that holds some frames: whole, being written elsewhere, or ours to write.

The writer of a store has locked it alone, readers share the lock (see `locks`). The system gives a
lock back when its holder dies, so a part without a lock has no writer any more.
"""

import errno
import fcntl
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.video.frame_store.format import (
    FrameIndex,
    StoreFormatError,
    read_header,
    read_index,
)
from touchline.video.frame_store.locks import is_at, lock_alone, lock_shared
from touchline.video.frame_store.store_spec import PART, SUFFIX, StoreSpec
from touchline.video.frame_store.writer import StoreWriter

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class LocatedStore:
    """An open store.

    Attributes:
        path: where it is once it is whole.
        descriptor: of the open file.
        index: of its frames where it is whole, else None.
        writer: of the store, where that is this process.
    """

    path: Path
    descriptor: int
    index: FrameIndex | None
    writer: StoreWriter | None = None


def locate_store(spec: StoreSpec) -> LocatedStore:
    """A store that holds, or will hold, all frames of a spec; it may hold more.

    Raises:
        UserError: the cache's folder cannot be used.
    """
    try:
        spec.folder.mkdir(parents=True, exist_ok=True)
        while True:
            found = _whole(spec) or _being_written(spec) or _to_write(spec)
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
            f"frames cannot be kept in {spec.folder}: {reason}; set TOUCHLINE_CACHE to another "
            "folder."
        ) from error


def delete_damaged(descriptor: int, path: Path) -> None:
    """Deletes a store whose content is not what was written, and says so; its readers are safe."""
    if is_at(descriptor, path):
        path.unlink(missing_ok=True)
        _LOG.warning("%s was damaged: it is deleted, and its frames are decoded again", path)


def _whole(spec: StoreSpec) -> LocatedStore | None:
    """The smallest whole store that holds everything; damaged ones are deleted on the way."""
    for path in sorted(spec.folder.glob(f"{spec.kind}-*{SUFFIX}"), key=_size_and_name):
        with suppress(FileNotFoundError):  # evicted just now
            descriptor = os.open(path, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            index = read_index(descriptor)
            times = _times_of(descriptor)
            if index is None or times is None:
                delete_damaged(descriptor, path)
            elif np.isin(spec.times_ms, times).all() and is_at(descriptor, path):
                with suppress(PermissionError):  # a store that another user owns is read as well
                    os.utime(path)
                return LocatedStore(path, descriptor, index)
            os.close(descriptor)
    return None


def _being_written(spec: StoreSpec) -> LocatedStore | None:
    """A store of more frames that a living process writes."""
    for path in sorted(spec.folder.glob(f"{spec.kind}-*{SUFFIX}{PART}")):
        with suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDWR)
            if not lock_shared(descriptor):
                times = _times_of(descriptor)
                if times is not None and np.isin(spec.times_ms, times).all():
                    return LocatedStore(path.with_suffix(""), descriptor, None)
            os.close(descriptor)
    return None


def _to_write(spec: StoreSpec) -> LocatedStore | None:
    """The spec's own store, to be written; None where things have changed meanwhile."""
    descriptor = os.open(spec.part, os.O_RDWR | os.O_CREAT, 0o666)
    if not lock_alone(descriptor):
        return LocatedStore(spec.path, descriptor, None)
    if not is_at(descriptor, spec.part):
        os.close(descriptor)  # another process has just finished or removed it
        return None
    has_dead_writer = os.fstat(descriptor).st_size > 0
    if has_dead_writer or spec.path.exists():
        spec.part.unlink()
        os.close(descriptor)
        return None
    return LocatedStore(spec.path, descriptor, None, StoreWriter(spec, descriptor))


def _times_of(descriptor: int) -> NDArray[np.int64] | None:
    """The frames that a store says it holds; None where that cannot be read."""
    try:
        return read_header(descriptor).times_ms
    except StoreFormatError:
        return None


def _size_and_name(path: Path) -> tuple[int, str]:
    with suppress(FileNotFoundError):
        return path.stat().st_size, path.name
    return 0, path.name
