"""The writer of all files: whole or not at all, and on the disk when it says so."""

import errno
import fcntl
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from touchline.errors import ComeBackLater, UserError, reason_of

_LATER = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space or raise your quota",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EIO: "check the disk",
    errno.EBADMSG: "check the disk",
    errno.ENODEV: "check that the disk is there",
    errno.ESTALE: "check the network disk",
    errno.EBUSY: "wait until the file is free",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENFILE: "close some programs",
    errno.ENOMEM: "free some memory",
    **{
        getattr(errno, name): remedy
        for name, remedy in (
            ("EUCLEAN", "check the disk"),
            ("EREMOTEIO", "check the network disk"),
        )
        if hasattr(errno, name)  # Linux only
    },
}
"""Errors that have nothing to do with what was asked for: what to do before the same command."""

_USER = {
    errno.EACCES: "check its permissions, or use another folder",
    errno.EPERM: "check its permissions, or use another folder",
    errno.EROFS: "use a folder on another disk",
    errno.ENOENT: "check that the folder was not moved or deleted",
    errno.ENOTDIR: "check the path: a part of it is a file",
    errno.EISDIR: "check the path: it is a folder",
    errno.EINVAL: "check the path",
    errno.ENXIO: "check the path: it is a pipe, a socket or a device",
    errno.EOPNOTSUPP: "use a folder on another disk",
    errno.ENOLCK: "use a folder on a disk that has locks",
    errno.ENAMETOOLONG: "use a shorter name",
    errno.ELOOP: "check the symbolic links on the way",
    errno.EEXIST: "delete what is there, or use another path",
    errno.ENOTEMPTY: "delete what is there, or use another path",
    errno.EXDEV: "use a folder on the same disk",
    errno.ETXTBSY: "wait until the program has ended",
}
"""Errors of what was asked for, and how to fix them."""


_FILLING = ".filling"


def file_error(error: OSError, what: str) -> UserError | ComeBackLater | None:
    """An error of the system about a file, as the error that the user sees.

    Args:
        error: of the system.
        what: the beginning of the sentence, such as "runs/x/plan.json cannot be written".

    Returns:
        The error; None for an error that is not about files.
    """
    reason = reason_of(error)
    if error.errno in _LATER:
        remedy = _LATER[error.errno]
        return ComeBackLater(
            f"{what} ({reason}); nothing that was there is lost: {remedy} and run again."
        )
    if error.errno in _USER:
        return UserError(f"{what} ({reason}): {_USER[error.errno]}.")
    return None


def place_error(error: OSError, what: str, remedy: str) -> UserError | ComeBackLater:
    """As `file_error`, for a place of which is known what the user can do about it.

    Args:
        error: of the system.
        what: the beginning of the sentence.
        remedy: what to do where running again is not enough.
    """
    told = file_error(error, what)
    if isinstance(told, ComeBackLater):
        return told
    return UserError(f"{what} ({reason_of(error)}): {remedy}.")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns errors of the system inside the block into a sentence about a path.

    Raises:
        ComeBackLater: the disk is full, or fails.
        UserError: the path cannot be written to.
    """
    try:
        yield
    except OSError as error:
        told = file_error(error, f"{path} cannot be written")
        if told is None:
            raise
        raise told from error


@contextmanager
def whole_file(path: Path, *, new: bool = False) -> Iterator[BinaryIO]:
    """A file to write that takes its place only when the block ends well.

    A reader sees the old file or the new one, never a part; a writer that is killed leaves only
    a hidden file beside it. When the block has ended, file and name are on the disk.

    Args:
        path: where it goes; folders on the way are made.
        new: whether it must not be there yet.

    Raises:
        ComeBackLater: the disk is full, or fails.
        UserError: the path cannot be written to.
        FileExistsError: it is `new`, and is there.
    """
    hidden = path.with_name(f".{path.name[:100]}.{os.urandom(4).hex()}")
    with writing(path):
        make_folder(path.parent)
        handle = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o666)
    try:
        with writing(path):
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if not new:
                hidden.replace(path)
        if new:
            _link(hidden, path)
        with writing(path):
            sync_folder(path.parent)
    finally:
        _remove(hidden)


def _link(hidden: Path, path: Path) -> None:
    """Gives a file its name where that is free, which holds for all processes at once."""
    try:
        os.link(hidden, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise file_error(error, f"{path} cannot be written") or error from error


def _remove(hidden: Path) -> None:
    with writing(hidden):
        hidden.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, and waits until their names are on the disk.

    Raises:
        OSError: it cannot be made; see `writing`.
    """
    missing = []
    while not folder.is_dir() and folder != folder.parent:
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk: a file's fsync says nothing of them."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to fill that takes its place only when the block ends well.

    A writer that is killed leaves only a hidden folder beside it, which the next one removes.

    Args:
        path: where it goes; it must not be there yet.

    Raises:
        ComeBackLater: the disk is full, or fails.
        UserError: the path cannot be written to, or something is there.
    """
    with writing(path):
        make_folder(path.parent)
        for left in path.parent.glob(f".{glob.escape(path.name)}.*{_FILLING}"):
            _remove_abandoned(left)
        hidden = path.with_name(f".{path.name}.{os.urandom(4).hex()}{_FILLING}")
        hidden.mkdir()
        handle = os.open(hidden, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)  # says that it is being filled
        yield hidden
        with writing(path):
            sync_tree(hidden)
            if path.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
            hidden.rename(path)
            sync_folder(path.parent)
    finally:
        os.close(handle)
        if hidden.is_dir():
            shutil.rmtree(hidden)


def _remove_abandoned(folder: Path) -> None:
    """Removes a hidden folder that no process fills any more."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except BlockingIOError:
        return
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Waits until all files of a folder that a library wrote are on the disk.

    Raises:
        ComeBackLater: the disk is full, or fails.
        UserError: a file cannot be opened.
    """
    for path in folder.rglob("*"):
        if path.is_dir():
            with writing(path):
                sync_folder(path)
        elif path.is_file():
            with writing(path), path.open("rb") as file:
                os.fsync(file.fileno())
    with writing(folder):
        sync_folder(folder)


def remove_file(path: Path) -> None:
    """Deletes a file if it is there, and waits until that is on the disk."""
    with writing(path):
        if path.exists():
            path.unlink(missing_ok=True)
            sync_folder(path.parent)


def write_atomically(path: Path, text: str) -> None:
    """Writes text as a whole file (see `whole_file`)."""
    with whole_file(path) as file:
        file.write(text.encode())
