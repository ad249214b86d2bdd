"""Which process asks in a run's folder, and whether it is still there.

A process says who it is in a file, and touches that file every few seconds. On its own machine
its process id and starting time say whether it lives, so one that was killed is noticed at once,
and one that is merely suspended keeps what it has. From another machine, a process counts as gone
when its file was not touched for `SILENT_S` by the watcher's own clock; clocks of two machines are
never compared, and no locks of a network file system are needed.
"""

import json
import os
import platform
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from touchline.files import place_error, whole_file

HEARTBEAT_S = 10.0
"""How often a process touches its file."""

SILENT_S = 120.0
"""A process of another machine is gone when its file was not touched for so long: attributes of
files are cached for up to a minute by NFS (nfs(5), acregmax)."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PID_NAMESPACE = Path("/proc/self/ns/pid")
_START_FIELD = 19
"""Of `starttime` in /proc/PID/stat, counted from the field after the state (proc(5))."""


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process, as it says who it is.

    Attributes:
        id: unique.
        host: name of its machine.
        system: the machine since it was started, and its container; "" where the system does not
            say.
        pid: its number there.
        started: when it was started, in the units of the system; a later process of the same
            number has another one.
        since: when it began to ask, for people.
    """

    id: str
    host: str
    system: str
    pid: int
    started: str
    since: str

    @classmethod
    def own(cls) -> "ProcessIdentity":
        """This process."""
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        pid = os.getpid()
        name = uuid.uuid4().hex
        return cls(name, platform.node(), _own_system(), pid, _start_of(pid) or "", since)

    @classmethod
    def parse(cls, content: bytes) -> "ProcessIdentity | None":
        """The process that a file names; None where it names none."""
        try:
            values: Any = json.loads(content)
            one = cls(**{name: values[name] for name in cls.__slots__})
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        texts = (one.id, one.host, one.system, one.started, one.since)
        return one if all(isinstance(text, str) for text in texts) and _is_pid(one.pid) else None

    def content(self) -> bytes:
        """What its file contains."""
        return json.dumps(asdict(self)).encode()

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} since {self.since}"

    @property
    def lives_here(self) -> bool | None:
        """Whether it still runs; None where that cannot be said from here."""
        if not self.system or self.system != _own_system():
            return None
        return _start_of(self.pid) == self.started


class Watcher:
    """Watches the files of other processes."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[int, float]] = {}

    def is_gone(self, file: Path) -> bool | None:
        """Whether the process of a file is gone; None while it is not known yet.

        Args:
            file: of the process; one that is empty or damaged is judged by its touches alone, as
                its process may be about to write it. One that does not exist was left in order.
        """
        try:
            # Opening a file makes NFS ask its server; a look at its attributes alone need not.
            with file.open("rb") as opened:
                process = ProcessIdentity.parse(opened.read())
                touched = os.fstat(opened.fileno()).st_mtime_ns
        except FileNotFoundError:
            return True
        lives = process.lives_here if process else None
        if lives is not None:
            return not lives
        now = time.monotonic()
        before, since = self._seen.setdefault(file, (touched, now))
        if before != touched:
            self._seen[file] = (touched, now)
            return False
        return True if now - since > SILENT_S else None


def read_process(file: Path) -> ProcessIdentity | None:
    """The process that a file names; None where there is no such file, or it names none."""
    try:
        return ProcessIdentity.parse(file.read_bytes())
    except FileNotFoundError:
        return None


def announce(file: Path, process: ProcessIdentity) -> bool:
    """Makes the file of a process; False where it is there already.

    Its content is on the disk before its name: a file without content, as a power cut would leave
    it, would keep others out for two minutes.

    Raises:
        ComeBackLater: the disk is full, or fails.
        UserError: the folder cannot be written.
    """
    try:
        with whole_file(file, new=True) as written:
            written.write(process.content())
    except FileExistsError:
        return False
    return True


def create(file: Path, content: bytes) -> bool:
    """Makes a file that does not exist yet; False where it does: then somebody was first.

    This is atomic on local disks and over NFS, without locks.

    Raises:
        ComeBackLater: the disk is full, or fails.
        UserError: the folder cannot be written.
    """
    try:
        return _create(file, content)
    except OSError as error:
        what, remedy = (
            f"{file.parent} cannot be written",
            "put the run on a disk that can be written",
        )
        raise place_error(error, what, remedy) from error


def _create(file: Path, content: bytes) -> bool:
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
    except OSError:  # the disk is full: an empty file would keep others out
        file.unlink(missing_ok=True)
        raise
    return True


def _own_system() -> str:
    try:
        boot = _BOOT_ID.read_text(encoding="ascii").strip()
        return f"{boot} {_PID_NAMESPACE.readlink()}"
    except OSError:
        return ""


def _start_of(pid: int) -> str | None:
    """When a process of this machine was started; None where it does not run."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else fields[_START_FIELD - 1]


def _is_pid(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
