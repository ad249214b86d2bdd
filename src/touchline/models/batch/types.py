"""What every batch API is to a run: a place to leave a file of requests, and to come back to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from touchline.models.types import Failure, Reply, Request

DISCOUNT = 0.5
"""OpenAI and Gemini take half the price for what goes through a batch (their price pages, checked
in November 2026)."""


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """How far a batch is.

    Attributes:
        ended: whether nothing more will come of it.
        done: requests that have been answered or refused.
        refused: why the batch failed as a whole, so that none of its requests was asked.
        later: whether the same batch may be accepted at another time.
    """

    ended: bool
    done: int = 0
    refused: str | None = None
    later: bool = False


class BatchService(Protocol):
    """A batch API for one model.

    A shard is one file of requests, known by a name that is written down before it is handed in.
    """

    name: str
    """Of the service, for sentences."""
    max_bytes: int
    """Size that a file may have."""
    max_requests: int
    """Requests that a file may have."""

    def line(self, request: Request, frames: Sequence[bytes]) -> bytes:
        """One request as a line of a shard's file, its newline included."""
        ...

    def submit(self, shard: str, file: Path) -> str:
        """Hands in a shard's file.

        Returns:
            The batch's id.

        Raises:
            UserError: the service refuses, now and later.
            ComeBackLater: it cannot be reached, or takes no more for now.
        """
        ...

    def find(self, shard: str) -> str | None:
        """The id of the batch that was made of a shard, if the service knows one.

        Raises:
            ComeBackLater: it cannot be reached.
        """
        ...

    def status(self, batch: str) -> BatchStatus:
        """How far a batch is.

        Raises:
            ComeBackLater: it cannot be reached.
        """
        ...

    def results(self, batch: str) -> Iterator[Reply | Failure]:
        """What came of a batch that has ended, request by request, in any order.

        A request that the service never came to is missing.

        Raises:
            ComeBackLater: it cannot be reached.
        """
        ...

    def forget(self, batch: str) -> None:
        """Removes the file of requests, and the frames in it, from the service."""
        ...

    def close(self) -> None:
        """Closes the connections."""
        ...
