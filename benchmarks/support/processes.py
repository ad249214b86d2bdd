"""What a command takes: processor time, wall time, and the memory of all its processes."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

EVERY_S = 0.05


class Taken(NamedTuple):
    """What a command took; memory is the most that its processes held together."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    began_s: float


class CommandFailedError(Exception):
    """A command ended with another code than 0; the message ends with what it printed last."""


class TookTooLongError(Exception):
    """A command was killed since it had not ended in time."""


def measured(
    command: list[str], folder: Path, environment: dict[str, str], most_s: float | None = None
) -> Taken:
    """Runs a command to its end.

    Args:
        command: program and arguments.
        folder: in which it runs; what it prints is kept there as `output.txt`.
        environment: variables beside those of this process.
        most_s: seconds after which all its processes are killed.

    Raises:
        CommandFailedError: as its name says.
        TookTooLongError: as its name says.
    """
    began_s, start = time.time(), time.perf_counter()
    process = started(command, folder, environment)
    held = _Memory(process.pid)
    held.start()
    killer = threading.Timer(most_s or 0, os.killpg, (process.pid, signal.SIGKILL))
    if most_s:
        killer.start()
    _, status, used = os.wait4(process.pid, 0)
    killer.cancel()
    wall_s = time.perf_counter() - start
    held.stop.set()
    held.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL and most_s and wall_s >= most_s:
        raise TookTooLongError(f"{' '.join(command)} had not ended after {most_s:.0f} s")
    if process.returncode:
        said = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")
        raise CommandFailedError(
            f"{' '.join(command)} ended with {process.returncode}:\n{said[-3000:]}"
        )
    return Taken(used.ru_utime + used.ru_stime, wall_s, held.most_mb, began_s)


def killed_when(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    due: Callable[[], bool],
    later_s: float = 0,
) -> None:
    """Runs a command and sends SIGKILL to all its processes as soon as it is due, or later.

    Raises:
        CommandFailedError: it ended before that.
    """
    process = started(command, folder, environment)
    while not due():
        if process.poll() is not None:
            said = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")
            raise CommandFailedError(f"{' '.join(command)} ended before the kill:\n{said[-3000:]}")
        time.sleep(0.02)
    time.sleep(later_s)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def started(
    command: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    """Starts a command as the leader of a session of its own."""
    with (folder / "output.txt").open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


class _Memory(threading.Thread):
    """Looks again and again at what the processes of a session hold; shared pages count once."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session, self.most_mb, self.stop = session, 0.0, threading.Event()

    def run(self) -> None:
        while not self.stop.wait(EVERY_S):
            self.most_mb = max(self.most_mb, sum(map(_held_mb, self._members())))

    def _members(self) -> list[Path]:
        return [one for one in Path("/proc").glob("[0-9]*") if _session(one) == self.session]


def _session(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[3])
    except OSError:
        return None  # it has ended


def _held_mb(process: Path) -> float:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0  # it has ended
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6
