"""Files by which processes say that they ask in a run's folder, and whether any of them still does.

`asking/NNNN.json` is the process that began a session, `asking/NNNN/*.json` those that joined it,
and `asking/jobs/*.json` are jobs of SLURM, which have shards instead of sessions.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from touchline.progress import Notify
from touchline.runs.asking.sharing.asking_process import HEARTBEAT_S, Watcher, read_process

LEFT = "left"
"""What the file of a start contains when its process has left in order."""

POLL_S = 1.0


class Heartbeat:
    """Touches the file of this process every few seconds, until it is stopped.

    Args:
        file: of this process.
        look: called after every touch; a file system that is away is looked at later.
    """

    def __init__(self, file: Path, look: Callable[[], None]) -> None:
        self._file, self._look = file, look
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more touches follow."""
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_S):
            try:
                if self._file.exists():
                    os.utime(self._file)
                self._look()
            except OSError:  # the folder is away: others decide by their own clock
                continue


def newest_session(asking: Path) -> int:
    """The highest number of a session in a run's folder `asking`; 0 without any."""
    numbers = [int(file.stem) for file in asking.glob("*.json") if file.stem.isdecimal()]
    return max(numbers, default=0)


def session_files(session: Path) -> list[Path]:
    """The files of all processes of a session, by its folder."""
    return [session.with_suffix(".json"), *session.glob("*.json")]


def living(files: Iterable[Path], notify: Notify) -> str | None:
    """A process of some files that is still there, in words; None where all are gone.

    Of a process on another machine only its touches are known, so this waits for one.

    Args:
        files: of processes.
        notify: gets a sentence where this waits.
    """
    watcher, told, left = Watcher(), False, list(files)
    while left:
        states = {file: is_free(file, watcher) for file in left}
        for file, free in states.items():
            if free is False:
                return _shown(file)
        left = [file for file, free in states.items() if free is None]
        if left:
            if not told:
                notify(f"looking whether {_shown(left[0])} still asks here; at most two minutes")
            told = True
            time.sleep(POLL_S)
    return None


def is_free(file: Path, watcher: Watcher) -> bool | None:
    """Whether the process of a file has left or is gone; None while that is not known yet."""
    try:
        if file.read_bytes() == LEFT.encode():
            return True
    except FileNotFoundError:
        return True
    return watcher.is_gone(file)


def _shown(file: Path) -> str:
    return str(read_process(file) or "a process that does not say who it is")
