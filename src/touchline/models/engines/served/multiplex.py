"""Several engines that share one stream of requests, seen as one."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import SimpleQueue

from touchline.models.types import Failure, Reply, Request

Ask = Callable[[Iterable[Request]], Iterator[Reply | Failure]]
"""What `Engine.replies` is."""


def merged(engines: Sequence[Ask], requests: Iterable[Request]) -> Iterator[Reply | Failure]:
    """Answers of several engines as they come; each engine takes the next request it has room for.

    Where one of them raises, no more requests are given out, and the error is raised here.
    """
    if len(engines) == 1:
        yield from engines[0](requests)
        return
    shared = _Shared(requests)
    came: SimpleQueue[Reply | Failure | BaseException | None] = SimpleQueue()
    threads = [threading.Thread(target=_ask, args=(one, shared, came)) for one in engines]
    for thread in threads:
        thread.start()
    try:
        left = len(threads)
        while left:
            answer = came.get()
            if isinstance(answer, BaseException):
                raise answer
            if answer is None:
                left -= 1
            else:
                yield answer
    finally:
        shared.stop()
        for thread in threads:
            thread.join()


def _ask(
    engine: Ask, shared: "_Shared", came: "SimpleQueue[Reply | Failure | BaseException | None]"
) -> None:
    """Asks one engine in a thread; what it raises is raised where the answers are read."""
    try:
        for answer in engine(shared):
            came.put(answer)
    except BaseException as error:
        came.put(error)
    came.put(None)


class _Shared:
    """One iterator for several threads, which can be ended before its time."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self._requests = iter(requests)
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        """Gives out nothing more."""
        self._stopped = True

    def __iter__(self) -> Iterator[Request]:
        return self

    def __next__(self) -> Request:
        with self._lock:
            if self._stopped:
                raise StopIteration
            return next(self._requests)
