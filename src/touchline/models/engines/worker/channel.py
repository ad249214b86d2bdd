"""Lines to and from a program over two pipes, with time limits."""

import os
import select
import time
from collections.abc import Callable

from touchline.models.engines.worker.messages import BrokenProtocolError

MOST_LINE_BYTES = 4 << 20
"""A longer line is no message: an answer has at most some thousand tokens."""

_CHUNK = 1 << 16


class ClosedPipeError(Exception):
    """The program has closed its end, mostly because it has ended."""


class LineChannel:
    """Two ends of pipes.

    Args:
        read_fd: where lines come from.
        write_fd: where lines go.
        noise: called with each line that is no message, such as what a library prints.
    """

    def __init__(self, read_fd: int, write_fd: int, noise: Callable[[bytes], None]) -> None:
        self._read_fd, self._write_fd, self._noise = read_fd, write_fd, noise
        self._buffer = b""
        for number in (read_fd, write_fd):
            os.set_blocking(number, False)

    def send(self, line: bytes, timeout_s: float) -> None:
        """Writes a line.

        Raises:
            ClosedPipeError: nobody reads.
            TimeoutError: it was not read in time.
        """
        deadline = time.monotonic() + timeout_s
        while line:
            _, writable, _ = select.select([], [self._write_fd], [], _left(deadline))
            if not writable:
                raise TimeoutError
            try:
                line = line[os.write(self._write_fd, line) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ClosedPipeError from error

    def receive(self, timeout_s: float) -> bytes:
        """The next line that may be a message: one that begins with "{".

        Raises:
            BrokenProtocolError: a line is too long.
            ClosedPipeError: there will be no more.
            TimeoutError: none came in time.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            line, newline, rest = self._buffer.partition(b"\n")
            if newline:
                self._buffer = rest
                if line.startswith(b"{"):
                    return line
                self._noise(line)
            else:
                self._read_more(deadline)

    def unasked(self) -> bytes | None:
        """A message that is there already, or None; other lines are noise.

        Raises:
            BrokenProtocolError: a line is too long.
            ClosedPipeError: the program has closed its end.
        """
        try:
            return self.receive(0)
        except TimeoutError:
            return None

    def close(self) -> None:
        """Closes both ends; a second call does nothing."""
        for number in (self._read_fd, self._write_fd):
            if number >= 0:
                os.close(number)
        self._read_fd = self._write_fd = -1

    def _read_more(self, deadline: float) -> None:
        readable, _, _ = select.select([self._read_fd], [], [], _left(deadline))
        if not readable:
            raise TimeoutError
        try:
            chunk = os.read(self._read_fd, _CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            raise ClosedPipeError
        self._buffer += chunk
        if len(self._buffer) > MOST_LINE_BYTES and b"\n" not in self._buffer:
            self._buffer = b""
            raise BrokenProtocolError(f"it wrote a line of over {MOST_LINE_BYTES >> 20} MiB")


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
