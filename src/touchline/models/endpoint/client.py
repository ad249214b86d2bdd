"""What the dispatcher needs to know about one kind of endpoint."""

from collections.abc import Callable
from typing import Any, Protocol

from touchline.models.types import Reply, Request


class EndpointClient(Protocol):
    """One kind of endpoint: how to ask it once, and what its errors mean."""

    name: str
    """Of endpoint and model, for messages."""

    def prepare(self, request: Request, read_frames: Callable[[], list[bytes]]) -> Any:
        """What will be sent; called in a worker thread.

        Args:
            request: the question.
            read_frames: returns its frames, if they are needed.
        """
        ...

    async def ready(self, request: Request) -> None:
        """Prepares what the endpoint needs before it is asked, such as an upload.

        Raises:
            FaultError: that failed.
        """
        ...

    async def ask(self, request: Request, prepared: Any) -> Reply:
        """Asks once.

        Raises:
            FaultError: there is no answer.
        """
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...
