"""Reading files of strangers: ordinary files, of a size that a person could have written."""

import errno
import os
import stat
from pathlib import Path

MOST_BYTES = 256_000_000
"""Plans and labels of hundreds of games have a few million bytes."""


def read_bounded(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """The content of a file that is neither a device nor a pipe, nor endless.

    Args:
        path: the file.
        most_bytes: the largest size that is read.

    Raises:
        OSError: it cannot be read, is not a file, or is larger.
    """
    # A pipe without a writer would be waited for.
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not an ordinary file", str(path))
        if found.st_size > most_bytes:
            raise OSError(errno.EFBIG, f"it has more than {most_bytes:,} bytes", str(path))
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it has more than {most_bytes:,} bytes", str(path))
    return content


def read_bounded_text(path: Path, most_bytes: int = MOST_BYTES) -> str:
    """As `read_bounded`, for UTF-8; line ends are those of this machine's text files.

    Raises:
        OSError: as of `read_bounded`.
        UnicodeDecodeError: it is not UTF-8.
    """
    return read_bounded(path, most_bytes).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
