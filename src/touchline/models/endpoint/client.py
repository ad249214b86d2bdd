"""What a courier has to know of one kind of endpoint."""

from collections.abc import Callable
from typing import Any, Protocol

from touchline.models.types import Reply, Request


class EndpointClient(Protocol):
    """Who knows one kind of endpoint: how to ask it once, and what its errors mean."""

    name: str
    """Of endpoint and model, for sentences."""

    def prepare(self, request: Request, read_frames: Callable[[], list[bytes]]) -> Any:
        """What is to be sent; called in a worker thread.

        Args:
            request: the question.
            read_frames: gives its frames, for who needs them.
        """
        ...

    async def ready(self, request: Request) -> None:
        """Sees to what the endpoint must have before it is asked, however long that takes.

        Raises:
            FaultError: it is not there.
        """
        ...

    async def ask(self, request: Request, prepared: Any) -> Reply:
        """One try.

        Raises:
            FaultError: there is no answer.
        """
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...
