"""A small parent for a server: when touchline goes, however it goes, the server goes too.

    python guard.py GRACE_S LOG PROGRAM ARGUMENT...

The guard holds one end of a pipe as its standard input. When that closes, because touchline
closed it, ended or was killed, the guard ends the server: SIGTERM to its process group, SIGKILL
after the grace. Processes that left the group are found because the guard is the nearest living
ancestor of orphans (Linux). Python's own trackers of shared memory are spared for a moment: once
their processes are gone they remove the segments that those left behind.

It is run as a file and imports nothing of touchline, so it costs milliseconds and few megabytes.
Standard output tells the server's process id; the exit code is the server's.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil

_SET_CHILD_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of linux/prctl.h."""
_TRACKER = "multiprocessing.resource_tracker"
_TRACKERS_GRACE_S = 5.0
_POLL_S = 0.1


def main(arguments: list[str]) -> int:
    """Runs a program until it ends or standard input closes; nothing of it is left after."""
    grace_s, log, *command = arguments
    adopt_orphans()
    with open(log, "ab") as file:  # noqa: PTH123  (pathlib would cost as much as all the rest)
        try:
            server = subprocess.Popen(  # noqa: S603  (an argument list of a card, no shell)
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            file.write(f"{command[0]}: {error.strerror}\n".encode())
            return 127
    print(server.pid, flush=True)
    wait_for_end(server)
    end(server, float(grace_s))
    return server.returncode


def adopt_orphans() -> None:
    """Makes this process the parent of descendants whose own parent has died."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_for_end(server: "subprocess.Popen[bytes]") -> None:
    """Returns when the server has ended, standard input is closed, or SIGTERM came."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    while server.poll() is None and not told:
        readable, _, _ = select.select([0], [], [], _POLL_S)
        if readable and not os.read(0, 1024):
            return


def end(server: "subprocess.Popen[bytes]", grace_s: float) -> None:
    """Ends a server and everything that came of it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(grace_s if server.returncode is None else 0)
    kill(lambda one: not is_tracker(one))
    deadline = time.monotonic() + _TRACKERS_GRACE_S
    while descendants() and time.monotonic() < deadline:
        time.sleep(_POLL_S / 10)
    kill(lambda _: True)
    server.wait()


def kill(wanted: Callable[[psutil.Process], bool]) -> None:
    """SIGKILL to all descendants of a kind, until none is left: they may start others."""
    while doomed := [one for one in descendants() if wanted(one)]:
        for one in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(doomed, timeout=1)


def descendants() -> list[psutil.Process]:
    """All living processes that came of this one."""
    found = psutil.Process().children(recursive=True)
    return [one for one in found if is_alive(one)]


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs: the dead that nobody has buried do not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def is_tracker(process: psutil.Process) -> bool:
    """Whether it is one of Python's trackers of shared memory."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return any(_TRACKER in word for word in process.cmdline())
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
