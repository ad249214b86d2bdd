"""Several engines that share one stream of requests, as one engine."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import SimpleQueue

from touchline.models.types import Failure, Reply, Request

RepliesMethod = Callable[[Iterable[Request]], Iterator[Reply | Failure]]
"""The type of `Engine.replies`."""


def multiplexed(
    engines: Sequence[RepliesMethod], requests: Iterable[Request]
) -> Iterator[Reply | Failure]:
    """Answers of several engines as they come; each engine pulls the next request when it is free.

    Where one of them raises, no more requests are given out, and the error is raised here.
    """
    if len(engines) == 1:
        yield from engines[0](requests)
        return
    shared = _SharedRequests(requests)
    answers: SimpleQueue[Reply | Failure | BaseException | None] = SimpleQueue()
    threads = [threading.Thread(target=_run, args=(one, shared, answers)) for one in engines]
    for thread in threads:
        thread.start()
    try:
        running = len(threads)
        while running:
            answer = answers.get()
            if isinstance(answer, BaseException):
                raise answer
            if answer is None:
                running -= 1
            else:
                yield answer
    finally:
        shared.stop()
        for thread in threads:
            thread.join()


def _run(
    engine: RepliesMethod,
    shared: "_SharedRequests",
    answers: "SimpleQueue[Reply | Failure | BaseException | None]",
) -> None:
    """Runs one engine in a thread; what it raises is raised where the answers are read."""
    try:
        for answer in engine(shared):
            answers.put(answer)
    except BaseException as error:
        answers.put(error)
    answers.put(None)


class _SharedRequests:
    """One iterator for several threads, which can be stopped early."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self._requests = iter(requests)
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        """Ends the iteration for all threads."""
        self._stopped = True

    def __iter__(self) -> Iterator[Request]:
        return self

    def __next__(self) -> Request:
        with self._lock:
            if self._stopped:
                raise StopIteration
            return next(self._requests)
