"""Giving up on a file that does not answer, such as one on a network disk that went away."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from touchline.errors import UserError

Heartbeat = Callable[[], None]
"""Called by work to report that it makes progress."""

T = TypeVar("T")


_STEP_SECONDS = 1.5
"""The most that counts as silence between two checks. A longer step means that the process itself
was stopped for a while, as batch systems do."""


class Watchdog:
    """Counts for how long work has been silent while it was checked."""

    def __init__(self) -> None:
        self._silent_s = 0.0
        self._checked_s = time.monotonic()

    def beat(self) -> None:
        """Reports that the work makes progress."""
        self._silent_s = 0.0
        self._checked_s = time.monotonic()

    def check(self, what: str, seconds: float) -> None:
        """Gives up where the work has been silent for too long; to be called about once a second.

        Args:
            what: the work, such as "reading 1_224p.mkv", for the sentence.
            seconds: the longest silence.

        Raises:
            UserError: naming the work.
        """
        now_s = time.monotonic()
        self._silent_s += min(now_s - self._checked_s, _STEP_SECONDS)
        self._checked_s = now_s
        if self._silent_s > seconds:
            raise UserError(
                f"{what} made no progress for {seconds:g} s and was stopped: check that the file "
                "can be read."
            )


def run_watched(work: Callable[[Heartbeat], T], what: str, seconds: float) -> T:
    """Runs work in a thread of its own, and gives up when it is silent for too long.

    A read that hangs in the system cannot be interrupted; its thread is left behind and ends with
    the process.

    Args:
        work: given a function to call from time to time.
        what: such as "reading 1_224p.mkv", for the sentence.
        seconds: the longest silence.

    Raises:
        UserError: it was stopped. Whatever the work raises is raised here too.
    """
    watchdog = Watchdog()
    result: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work(watchdog.beat))
        except BaseException as error:  # handed to the caller, whatever it is
            errors.append(error)

    thread = threading.Thread(target=run, name=what, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(timeout=min(1.0, seconds))
        if thread.is_alive():
            watchdog.check(what, seconds)
    if errors:
        raise errors[0]
    return result[0]
