"""How many requests of all processes of this machine are in flight to one model.

A slot is a byte of a file that is locked while a request is in flight. The system releases the
locks of a process that dies. They belong to the open file (`F_OFD_SETLK`, fcntl(2)), so two
engines in one process are counted like two processes; where the system has only locks of whole
processes, engines of one process share their slots.
"""

import fcntl
import os
import struct
from pathlib import Path

from touchline.files import place_error

_LOCK = "hhqqi4x"
"""`struct flock` of 64-bit Linux: type, whence, start, length, process."""

_OWN_LOCKS = hasattr(fcntl, "F_OFD_SETLK") and struct.calcsize("P") == 8


class SharedSlots:
    """The slots of one model of an endpoint.

    Args:
        file: that is locked; made if it does not exist.
        count: how many requests may be in flight.

    Raises:
        UserError: the file cannot be written.
        ComeBackLater: the disk is full, or fails.
    """

    def __init__(self, file: Path, count: int) -> None:
        self._count = count
        self._taken: list[int] = []
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            what = f"requests in flight cannot be counted in {file.parent}"
            remedy = "set TOUCHLINE_CACHE to a folder that is writable"
            raise place_error(error, what, remedy) from error

    def take(self) -> bool:
        """Takes a free slot, if there is one."""
        for slot in range(self._count):
            if slot not in self._taken and self._lock(slot, fcntl.F_WRLCK):
                self._taken.append(slot)
                return True
        return False

    def release(self) -> None:
        """Gives one slot back, if any was taken."""
        if self._taken:
            self._lock(self._taken.pop(), fcntl.F_UNLCK)

    def close(self) -> None:
        """Gives all slots back."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1
        self._taken.clear()

    def _lock(self, slot: int, kind: int) -> bool:
        try:
            if _OWN_LOCKS:
                wanted = struct.pack(_LOCK, kind, os.SEEK_SET, slot, 1, 0)
                fcntl.fcntl(self._handle, fcntl.F_OFD_SETLK, wanted)
            else:
                how = fcntl.LOCK_UN if kind == fcntl.F_UNLCK else fcntl.LOCK_EX | fcntl.LOCK_NB
                fcntl.lockf(self._handle, how, 1, slot)
        except (BlockingIOError, PermissionError):
            return False
        return True
