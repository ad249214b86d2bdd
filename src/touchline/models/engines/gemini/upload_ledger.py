"""The names of the files that this machine has at an endpoint, so that none stays there.

Each process keeps one text file, locked (`flock`) as long as it lives: "+ name" before a file is
uploaded, "- name" once it is deleted. What a process that was killed leaves is a text file without
a lock, and the next process that asks the same endpoint with the same key deletes what it names.
"""

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_state_path

from touchline.errors import ComeBackLater, UserError
from touchline.files import place_error

_NAME = re.compile(r"files/touchline-[0-9a-f]{16}")
"""Only what touchline uploaded is ever deleted, whatever a file says."""


def new_name() -> str:
    """A name for an upload that no other has: it is known before anything is sent.

    Gemini's names are up to 40 lower-case letters, digits and dashes
    (https://ai.google.dev/api/files#File).
    """
    return f"files/touchline-{secrets.token_hex(8)}"


def uploads_folder(endpoint: str, key_name: str) -> Path:
    """The folder of the uploads to an endpoint with a key.

    Args:
        endpoint: its address.
        key_name: NAME of the key, never the key.
    """
    chosen = os.environ.get("TOUCHLINE_CACHE")
    root = Path(chosen) if chosen else user_state_path("touchline")
    identity = f"{endpoint}\n{key_name}"
    return root / "uploads" / hashlib.sha256(identity.encode()).hexdigest()[:16]


class UploadLedger:
    """What this process has uploaded, and what others left.

    Args:
        folder: see `uploads_folder`; made when something is uploaded.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.txt"
        self._handle: int | None = None
        self._kept: set[str] = set()
        self._left: dict[Path, int] = {}

    def add(self, name: str) -> None:
        """Notes a file before it is uploaded.

        Raises:
            UserError: the folder cannot be written.
        """
        if self._handle is None:
            self._handle = self._open()
        self._kept.add(name)
        try:
            os.write(self._handle, f"+ {name}\n".encode())
            os.fsync(self._handle)
        except OSError as error:
            raise self._error(error) from error

    def remove(self, name: str) -> None:
        """Notes that a file is deleted."""
        self._kept.discard(name)
        if self._handle is not None:
            os.write(self._handle, f"- {name}\n".encode())

    def leftovers(self) -> dict[Path, list[str]]:
        """The files that processes left which are no more, by the text file that names them.

        Each text file stays locked until `forget` or `close`, so that no other process deletes the
        same files.
        """
        found: dict[Path, list[str]] = {}
        for path in sorted(self._folder.glob("*.txt")):
            if path == self._path or path in self._left:
                continue
            handle = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:  # its process is alive
                os.close(handle)
                continue
            self._left[path] = handle
            found[path] = _names(path.read_text("ascii", errors="replace").splitlines())
        return found

    def forget(self, path: Path) -> None:
        """Removes a text file whose uploads are deleted."""
        path.unlink(missing_ok=True)
        os.close(self._left.pop(path))

    def close(self) -> None:
        """Ends the locks; the text file stays where it names something that is not deleted."""
        for handle in self._left.values():
            os.close(handle)
        self._left.clear()
        if self._handle is not None:
            if not self._kept:
                self._path.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None

    def _error(self, error: OSError) -> UserError | ComeBackLater:
        what = f"uploads cannot be noted in {self._folder}, and so could stay at the endpoint"
        return place_error(error, what, "set TOUCHLINE_CACHE to a folder that is writable")

    def _open(self) -> int:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        except OSError as error:
            raise self._error(error) from error
        fcntl.flock(handle, fcntl.LOCK_EX)
        return handle


def _names(lines: Iterable[str]) -> list[str]:
    """The names that were noted and not removed, in order."""
    names: dict[str, None] = {}
    for line in lines:
        sign, _, name = line.partition(" ")
        if not _NAME.fullmatch(name):
            continue
        if sign == "+":
            names[name] = None
        elif sign == "-":
            names.pop(name, None)
    return list(names)
