"""Starting a program under the supervisor, which ends it and its children with touchline."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from touchline.models.engines.served.server_command import Command

_SUPERVISOR = Path(__file__).with_name("supervisor.py")


def start_supervised(
    command: Command,
    log: Path,
    grace_s: float,
    pipes: Sequence[int] = (),
    without: Sequence[str] = (),
) -> "subprocess.Popen[bytes]":
    """The supervisor that runs a program, detached from this terminal's signals.

    The program ends when the supervisor's standard input is closed.

    Args:
        command: the program, its arguments and its environment.
        log: the file for its output.
        grace_s: how long it may take to exit after SIGTERM.
        pipes: file descriptors that become its standard input and output; none is for a program
            without input, whose output goes to the log.
        without: variables of this process that it does not get.
    """
    joined = ["--pipes", ",".join(map(str, pipes))] if pipes else []
    return subprocess.Popen(  # noqa: S603  (an argument list of a card, no shell)
        [
            *(sys.executable, "-P", str(_SUPERVISOR), str(grace_s), str(log)),
            *(*joined, *command.arguments),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=_environment(command.environment, without),
        pass_fds=tuple(pipes),
        start_new_session=True,
    )


def _environment(given: Mapping[str, str], without: Sequence[str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return {**kept, **given}
