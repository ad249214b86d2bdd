"""When to stop asking: on a signal, at a deadline, or when other code requests it."""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
TIME_OVER = "the time limit was reached"
"""The reason where a deadline stops a run."""


class Stop:
    """Whether to stop, and why. Windows in flight are finished; no new ones are asked.

    Args:
        deadline_s: Unix time after which no new window is asked, or None.
    """

    def __init__(self, deadline_s: float | None = None) -> None:
        self._deadline_s = deadline_s
        self._reason: str | None = None

    def request(self, reason: str) -> None:
        """Requests the stop; the first reason is kept."""
        self._reason = self._reason or reason

    @property
    def reason(self) -> str | None:
        """Why to stop; None while there is no need to."""
        if self._deadline_s is not None and time.time() >= self._deadline_s:
            self.request(TIME_OVER)
        return self._reason


@contextmanager
def stop_on_signals(signals: Sequence[signal.Signals], stop: Stop) -> Iterator[None]:
    """The first of some signals requests a stop, the second interrupts at once.

    Raises:
        KeyboardInterrupt: inside the block, on the second signal.
    """

    count = 0

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        if count > 1:
            raise KeyboardInterrupt
        stop.request(f"the run was stopped by {signal.Signals(number).name}")
        sys.stderr.write(
            "touchline: stopping after the windows in flight; a second signal (Ctrl-C) stops at "
            "once. No answer is lost.\n"
        )

    before = {one: signal.signal(one, handle) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
