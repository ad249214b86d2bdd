"""File locks of stores. The system gives a lock back when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path


def lock_alone(descriptor: int) -> bool:
    """Locks an open file for its writer; False where any other holds a lock."""
    return _try_lock(descriptor, fcntl.LOCK_EX)


def lock_shared(descriptor: int) -> bool:
    """Locks an open file for reading, beside other readers; False while it is written."""
    return _try_lock(descriptor, fcntl.LOCK_SH)


def is_locked(path: Path) -> bool:
    """Whether any process reads or writes a file; False where there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not lock_alone(descriptor)
    finally:
        os.close(descriptor)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one at a path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
