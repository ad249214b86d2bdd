"""A small parent process of a server: when touchline ends, in whatever way, the server ends too.

    python supervisor.py GRACE_S LOG [--pipes IN,OUT] PROGRAM ARGUMENT...

The supervisor holds one end of a pipe as its standard input. When that closes, because touchline
closed it, ended or was killed, the supervisor stops the server: SIGTERM to its process group,
SIGKILL after the grace period. Processes that left the group are found because orphans become
children of the supervisor (Linux). Python's own trackers of shared memory live a little longer:
once their processes have ended they remove the segments that those left behind.

With `--pipes`, two inherited file descriptors are the program's standard input and output; without
it, the program has no input, and its output goes to the log.

It is run as a file and imports nothing of touchline, so it needs milliseconds and few megabytes.
It prints the server's process id to standard output and exits with the server's exit code.
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
    """Runs a program until it ends or standard input closes, and removes everything it started."""
    grace_s, log, *command = arguments
    pipes: list[int] = []
    if command[0] == "--pipes":
        pipes = [int(number) for number in command[1].split(",")]
        command = command[2:]
    adopt_orphans()
    with open(log, "ab") as file:  # noqa: PTH123  (importing pathlib takes as long as all the rest)
        try:
            server = subprocess.Popen(  # noqa: S603  (an argument list of a card, no shell)
                command,
                stdin=pipes[0] if pipes else subprocess.DEVNULL,
                stdout=pipes[1] if pipes else file,
                stderr=file,
                start_new_session=True,
            )
        except OSError as error:
            file.write(f"{command[0]}: {error.strerror}\n".encode())
            return 127
    for number in pipes:  # else touchline would not see that the program has closed its end
        os.close(number)
    print(server.pid, flush=True)
    wait_for_end(server)
    end(server, float(grace_s))
    return server.returncode


def adopt_orphans() -> None:
    """Makes this process the parent of descendants whose own parent has died."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_for_end(server: "subprocess.Popen[bytes]") -> None:
    """Returns when the server has ended, standard input is closed, or SIGTERM arrives."""
    received: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: received.append(number))
    while server.poll() is None and not received:
        readable, _, _ = select.select([0], [], [], _POLL_S)
        if readable and not os.read(0, 1024):
            return


def end(server: "subprocess.Popen[bytes]", grace_s: float) -> None:
    """Stops a server and everything that it started."""
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


def kill(selected: Callable[[psutil.Process], bool]) -> None:
    """Sends SIGKILL to the selected descendants until none is left: they may start others."""
    while doomed := [one for one in descendants() if selected(one)]:
        for one in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(doomed, timeout=1)


def descendants() -> list[psutil.Process]:
    """All running descendants of this process."""
    found = psutil.Process().children(recursive=True)
    return [one for one in found if is_alive(one)]


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; zombies do not."""
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
