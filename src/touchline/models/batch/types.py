"""What every batch API offers: submitting a file of requests, and collecting the answers later."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from touchline.models.endpoint.http_errors import summarize_error
from touchline.models.types import Failure, Reply, Request
from touchline.models.unexpected_errors import unexpected_failure

_LOG = logging.getLogger(__name__)

DISCOUNT = 0.5
"""OpenAI and Gemini charge half the price for batches (their price pages, checked in November
2026)."""


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """The progress of a batch.

    Attributes:
        ended: whether the batch is over.
        done: requests that have been answered or refused.
        refused: why the batch failed as a whole, so that none of its requests was asked; secrets
            in it are redacted.
        later: whether the same batch may be accepted at another time.
    """

    ended: bool
    done: int = 0
    refused: str | None = None
    later: bool = False

    def __post_init__(self) -> None:
        if self.refused is not None:
            object.__setattr__(self, "refused", summarize_error(self.refused))


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
            ComeBackLater: it cannot be reached, or accepts no more at the moment.
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


def answers_of_line(
    line: str | bytes, key_name: str, answer: Callable[[Any], Reply | Failure]
) -> Iterator[Reply | Failure]:
    """The answer in one line of a batch's result.

    A line that names its request and cannot be read otherwise is that request's failure. One that
    does not even name it is logged; its request counts as never asked.

    Args:
        line: JSON.
        key_name: the field that names the request.
        answer: reads the decoded line.
    """
    try:
        decoded = json.loads(line)
        key = decoded[key_name]
        if not isinstance(key, str):
            raise TypeError(key_name)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        _LOG.warning("a line of a batch's result cannot be read (%s)", type(error).__name__)
        return
    try:
        yield answer(decoded)
    except Exception as error:
        yield unexpected_failure(key, error)
