"""What every batch API offers: submitting a file of requests, and collecting the answers later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from touchline.models.types import Failure, Reply, Request

DISCOUNT = 0.5
"""OpenAI and Gemini charge half the price for batches (their price pages, checked in November
2026)."""


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """The progress of a batch.

    Attributes:
        ended: whether the batch is over.
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

    A shard is one file of requests, identified by a name that is recorded before it is submitted.
    """

    name: str
    """Of the service, for messages."""
    max_bytes: int
    """The largest size of a file."""
    max_requests: int
    """The most requests in a file."""

    def line(self, request: Request, frames: Sequence[bytes]) -> bytes:
        """One request as a line of a shard's file, its newline included."""
        ...

    def submit(self, shard: str, file: Path) -> str:
        """Submits a shard's file.

        Returns:
            The batch's id.

        Raises:
            UserError: the service refuses, now and later.
            ComeBackLater: it cannot be reached, or accepts no more for now.
        """
        ...

    def find(self, shard: str) -> str | None:
        """The id of the batch that was made of a shard, if the service knows one.

        Raises:
            ComeBackLater: it cannot be reached.
        """
        ...

    def status(self, batch: str) -> BatchStatus:
        """The progress of a batch.

        Raises:
            ComeBackLater: it cannot be reached.
        """
        ...

    def results(self, batch: str) -> Iterator[Reply | Failure]:
        """The answers of a batch that has ended, in any order.

        A request that the service never reached is missing.

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
