"""When to stop asking: a signal, a deadline, or somebody else's word."""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
TIME_OVER = "its time is over"
"""Why a deadline stops."""


class Stop:
    """Whether to stop, and why. Windows in flight are finished; nothing new is asked.

    Args:
        deadline_s: Unix time from which on nothing new is asked, or None.
    """

    def __init__(self, deadline_s: float | None = None) -> None:
        self._deadline_s = deadline_s
        self._reason: str | None = None

    def ask(self, reason: str) -> None:
        """Asks to stop; the first reason is kept."""
        self._reason = self._reason or reason

    @property
    def reason(self) -> str | None:
        """Why to stop, or None as long as there is no need to."""
        if self._deadline_s is not None and time.time() >= self._deadline_s:
            self.ask(TIME_OVER)
        return self._reason


@contextmanager
def stopping_on(signals: Sequence[signal.Signals], stop: Stop) -> Iterator[None]:
    """The first of some signals asks to stop, the second interrupts at once.

    Raises:
        KeyboardInterrupt: inside the block, on the second signal.
    """

    count = 0

    def heard(number: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        if count > 1:
            raise KeyboardInterrupt
        stop.ask(f"it was stopped by {signal.Signals(number).name}")
        sys.stderr.write(
            "touchline: stopping after the windows in flight; once more stops at once. "
            "Nothing answered is lost.\n"
        )

    before = {one: signal.signal(one, heard) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
