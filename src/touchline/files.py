"""Files that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from touchline.disk import is_disk_full
from touchline.errors import ComeBackLater


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its place only when the block ends well.

    A reader sees the old file or the new one, never a part; a writer that is killed leaves only
    a hidden file beside it.

    Raises:
        ComeBackLater: the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if not is_disk_full(error):
            raise
        raise ComeBackLater(
            f"{path} cannot be written ({error.strerror}); nothing that was there is lost: free "
            "some space and run again."
        ) from error
    finally:
        Path(name).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk: a file's fsync says nothing of them."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, text: str) -> None:
    """Writes text as a whole file (see `whole_file`)."""
    with whole_file(path) as file:
        file.write(text.encode())
