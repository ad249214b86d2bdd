"""Giving up on a file that does not answer, such as one on a network disk that went away."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from touchline.errors import UserError

Beat = Callable[[], None]
"""Called by work that goes on, to say so."""

T = TypeVar("T")


_STEP_SECONDS = 1.5
"""The most that counts as silence between two looks. More than that is a process that was itself
stopped for a while, as batch systems do."""


class Pulse:
    """How long work has been silent, as far as somebody looked on."""

    def __init__(self) -> None:
        self._silent_s = 0.0
        self._looked = time.monotonic()

    def beat(self) -> None:
        """The work goes on."""
        self._silent_s = 0.0
        self._looked = time.monotonic()

    def check(self, what: str, seconds: float) -> None:
        """Gives up where the work has been silent for too long; to be called about once a second.

        Raises:
            UserError: naming the work.
        """
        now = time.monotonic()
        self._silent_s += min(now - self._looked, _STEP_SECONDS)
        self._looked = now
        if self._silent_s > seconds:
            raise UserError(
                f"{what} has not gone on for {seconds:g} s and was given up: look whether the "
                "file can be read at all."
            )


def watched(work: Callable[[Beat], T], what: str, seconds: float) -> T:
    """Does work in a thread of its own, and gives up when it is silent for too long.

    A read that hangs in the system cannot be broken off; its thread is left behind and ends with
    the process.

    Args:
        work: given a function to call from time to time.
        what: such as "reading 1_224p.mkv", for the sentence.
        seconds: the longest silence.

    Raises:
        UserError: it was given up. Whatever the work raises is raised here too.
    """
    pulse = Pulse()
    done: list[T] = []
    failed: list[BaseException] = []

    def do() -> None:
        try:
            done.append(work(pulse.beat))
        except BaseException as error:  # handed to the caller, whatever it is
            failed.append(error)

    thread = threading.Thread(target=do, name=what, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(timeout=min(1.0, seconds))
        if thread.is_alive():
            pulse.check(what, seconds)
    if failed:
        raise failed[0]
    return done[0]
