"""Making inputs in a thread while the device works."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby, islice
from typing import TypeVar

from touchline.models.generation import Generation
from touchline.models.types import Request

T = TypeVar("T")

AHEAD = 2
"""Batches that are ready or being made: the next one, and the one after it."""


def prefetched(make: Callable[[], T | None]) -> Iterator[tuple[T, float]]:
    """What `make` returns, made ahead in one thread, with the seconds spent waiting for it.

    Args:
        make: returns the next item, or None when there is no more; its errors are raised here.

    Example:
        >>> things = iter(["a", "b"])
        >>> [thing for thing, waited in prefetched(lambda: next(things, None))]
        ['a', 'b']
    """
    with ThreadPoolExecutor(1, thread_name_prefix="prefetch") as worker:
        pending: deque[Future[T | None]] = deque(worker.submit(make) for _ in range(AHEAD))
        try:
            while True:
                started = time.monotonic()
                thing = pending.popleft().result()
                waited = time.monotonic() - started
                if thing is None:
                    return
                pending.append(worker.submit(make))
                yield thing, waited
        finally:
            for one in pending:
                one.cancel()


def batches(
    requests: Iterable[Request], size: Callable[[], int], *, same_length: bool = False
) -> Iterator[list[Request]]:
    """Requests that can be answered together: with the same settings except for the seed.

    Args:
        requests: in order; no more are pulled than a batch needs.
        size: returns the most requests in a batch; called for each batch.
        same_length: whether all must have the same number of frames, too.
    """

    def kind(request: Request) -> tuple[Generation, int]:
        frames = len(request.window.frame_times_ms) if same_length else 0
        return request.generation.model_copy(update={"seed": 0}), frames

    for _, alike in groupby(requests, key=kind):
        while batch := list(islice(alike, size())):
            yield batch
