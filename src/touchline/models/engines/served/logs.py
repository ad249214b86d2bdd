"""Logs of servers: where they are kept, and the likely cause of an error in them."""

import os
import re
import signal
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_log_path

_KEPT = 50
"""The newest logs, which are kept when a server is started."""
_TAIL_BYTES = 64 << 10
_QUOTED = 3

_CAUSES: tuple[tuple[str, str], ...] = (
    (
        r"out of memory|OutOfMemoryError|No available memory for the cache|"
        r"less than desired GPU memory|larger than the available KV cache|"
        r"can't allocate memory|Not enough memory",
        "there is not enough memory: shorten its context, lower its share or choose a smaller "
        "precision in 'server_args' and 'precision' of the card",
    ),
    (r"address already in use", "another program took its port just then: run again"),
    (r"No module named", "its program lacks a package"),
    (r"unrecognized arguments|No such option", "it does not know an option of 'server_args'"),
    (r"no kernel image|CUDA driver version", "the GPU or its driver is too old for it"),
    (
        r"401 Client Error|GatedRepoError|gated repo",
        "the checkpoint requires an accepted licence and a token: set HF_TOKEN",
    ),
    (r"OfflineModeIsEnabled|RepositoryNotFoundError|not a valid model", "there is no checkpoint"),
)
"""What logs of vLLM, SGLang and transformers contain, and what it means."""


def new_log(name: str, number: int) -> Path:
    """An empty log in `$TOUCHLINE_CACHE/servers`, else in the user's log folder.

    Args:
        name: of the model.
        number: tells logs of one second apart, such as a server's port.
    """
    chosen = os.environ.get("TOUCHLINE_CACHE")
    folder = Path(chosen) / "servers" if chosen else user_log_path("touchline") / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    log = folder / f"{now}-{name.replace('/', '-')}-{number}.log"
    log.touch()
    return log


def tail(log: Path) -> str:
    """The last lines of a log that are not empty, as one line."""
    lines = [" ".join(line.split()) for line in _end(log).splitlines()]
    return " | ".join([line for line in lines if line][-_QUOTED:])[-500:]


def likely_cause(log: Path, code: int | None) -> str:
    """The likely cause of an error by a server's log or exit code; empty where unknown."""
    text = _end(log)
    for pattern, cause in _CAUSES:
        if re.search(pattern, text, re.IGNORECASE):
            return cause
    if code is not None and code % 256 in (-signal.SIGKILL % 256, 128 + signal.SIGKILL):
        return "it was killed, as a system without free memory does"
    return ""


def explained(what: str, log: Path, code: int | None) -> str:
    """What happened to a program, with the likely cause and the last lines of its log.

    Args:
        what: the beginning of the sentence, such as "the server did not start".
        log: with the program's output.
        code: its exit code; None while it runs.
    """
    cause, quoted = likely_cause(log, code), tail(log)
    return (
        what
        + (f": {cause}" if cause else "")
        + (f'; its last lines: "{quoted}"' if quoted else "")
        + f"; the whole log is {log}."
    )


def _end(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        return file.read().decode(errors="replace")
