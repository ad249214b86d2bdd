"""Lines of JSON over a socket between a run and its workers."""

import json
import socket
from collections.abc import Iterator
from typing import Any

Message = dict[str, Any]


class Channel:
    """One end of a connection. Messages arrive whole and in order, or not at all."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._rest = b""

    def send(self, message: Message) -> bool:
        """Sends a message; False if the other end is gone."""
        try:
            self.end.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            return False
        return True

    def receive(self) -> list[Message] | None:
        """Waits for messages and returns those that arrived; None if the other end is gone."""
        try:
            content = self.end.recv(1 << 16)
        except OSError:
            return None
        if not content:
            return None
        *lines, self._rest = (self._rest + content).split(b"\n")
        return [json.loads(line) for line in lines]

    def messages(self) -> Iterator[Message]:
        """All messages, until the other end is gone."""
        while (received := self.receive()) is not None:
            yield from received

    def close(self) -> None:
        """Closes this end."""
        self.end.close()
