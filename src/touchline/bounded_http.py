"""Answers over HTTP, limited in bytes and in time, also where they are compressed.

A few kilobytes can be compressed gigabytes, and an answer that never ends comes a byte at a time.
The hub's client would wait for ever, and read whatever comes.
"""

import threading
import time
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Any

import httpx2

_SILENCE_S = 30.0
"""Without one byte of an answer; a slow download that goes on is never cut."""


_MOST_HUB_BYTES = 100_000_000
"""Of what is not a file: the list of the 100,000 files that a repository may have."""

_LONGEST_HUB_S = 600.0
_LONGEST_HEAD_S = 60.0
"""Until an answer of the hub begins, with interim answers on the way."""

_MOST_FILE_BYTES = 60_000_000_000
"""The library fetches no file of more than 50 GB this way."""

_LONGEST_FILE_S = 7 * 86_400.0
_WITH_CONTENT = (200, 206)

_MOST_HEAD_BYTES = 1_000_000
"""Of interim answers (1xx) and the head of the last: libraries let one head have 100,000."""

_ABOUT_THE_BODY = ("Content-Encoding", "Content-Length", "Transfer-Encoding")


class EndlessAnswerError(httpx2.TransportError):
    """An answer that is larger, or takes longer, than any that is meant."""


class Bound:
    """What is left of the bytes and the seconds that one answer may take.

    Args:
        most_bytes: of the answer, as it comes and as it is read.
        most_s: from now on, until all of it has come.
    """

    def __init__(self, most_bytes: int, most_s: float) -> None:
        self._most_bytes, self._most_s = most_bytes, most_s
        self._came = self._read = 0
        self._until_s = time.monotonic() + most_s

    def came(self, part: bytes) -> bytes:
        """Counts what came.

        Raises:
            EndlessAnswerError: it is too much, or took too long.
        """
        self._came += len(part)
        self._check(self._came)
        if time.monotonic() > self._until_s:
            raise EndlessAnswerError(f"the answer has no end after {self._most_s:g} s")
        return part

    def read(self, part: bytes) -> bytes:
        """Counts what it is when it is not compressed.

        Raises:
            EndlessAnswerError: it is too much.
        """
        self._read += len(part)
        self._check(self._read)
        return part

    def _check(self, count: int) -> None:
        if count > self._most_bytes:
            raise EndlessAnswerError(f"the answer has more than {self._most_bytes:,} bytes")


async def read_answer(response: httpx2.Response, bound: Bound) -> bytes:
    """The content of an answer as a transport gets it, no longer compressed.

    Raises:
        EndlessAnswerError: it is over its bound, or compressed more than once.
    """
    stream = response.stream
    assert isinstance(stream, httpx2.AsyncByteStream)

    async def raw() -> AsyncIterator[bytes]:
        async for part in stream:
            yield bound.came(part)

    plain = _undone(response, _AsyncParts(raw()))
    return b"".join([bound.read(part) async for part in plain.aiter_bytes()])


def bound_answer(response: httpx2.Response, bound: Bound) -> None:
    """Decompresses a response as it is read, and raises an error where it exceeds its bound.

    For the `event_hooks` of a client, which come before anything is read.

    Raises:
        EndlessAnswerError: it is compressed more than once.
    """
    stream = response.stream
    assert isinstance(stream, httpx2.SyncByteStream)

    def raw() -> Iterator[bytes]:
        for part in stream:
            yield bound.came(part)

    plain = _undone(response, _Parts(raw()))
    response.stream = _Parts((bound.read(part) for part in plain.iter_bytes()), stream)
    if "Content-Encoding" in response.headers:
        for name in _ABOUT_THE_BODY:
            response.headers.pop(name, None)


def without_coding(headers: httpx2.Headers) -> httpx2.Headers:
    """The headers of an answer that is no longer compressed."""
    kept = headers.copy()
    for name in _ABOUT_THE_BODY:
        kept.pop(name, None)
    return kept


def _undone(
    response: httpx2.Response, stream: httpx2.AsyncByteStream | httpx2.SyncByteStream
) -> httpx2.Response:
    """A response that undoes the compression of a stream, in pieces of limited size."""
    codings = response.headers.get_list("Content-Encoding", split_commas=True)
    # A second one could make a terabyte of what passes the first, and none of it be counted.
    if len(codings) > 1:
        raise EndlessAnswerError("the answer is compressed more than once")
    headers = [("Content-Encoding", coding) for coding in codings]
    return httpx2.Response(200, headers=headers, stream=stream)


class _Parts(httpx2.SyncByteStream):
    def __init__(self, parts: Iterator[bytes], source: httpx2.SyncByteStream | None = None) -> None:
        self._parts, self._source = parts, source

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts

    def close(self) -> None:
        if self._source is not None:
            self._source.close()


class _AsyncParts(httpx2.AsyncByteStream):
    def __init__(self, parts: AsyncIterator[bytes]) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._parts:
            yield part


class BoundedTransport(httpx2.BaseTransport):
    """Sends as another transport does, and waits for no answer whose beginning has no end.

    Args:
        transport: which sends.
        most_s: from the last byte that was sent until the beginning of the answer has come.
    """

    def __init__(self, transport: httpx2.BaseTransport, most_s: float) -> None:
        self._transport = transport
        self._waiting = _Waiting(most_s)
        pool: Any = getattr(transport, "_pool", None)  # httpx2 has no other way to it
        if pool is not None:
            pool._network_backend = _Backend(pool._network_backend, self._waiting)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request; only the beginning of its answer has come when it is returned.

        Raises:
            EndlessAnswerError: it is without end.
        """
        self._waiting.begin()
        try:
            return self._transport.handle_request(request)
        finally:
            self._waiting.bound = None

    def close(self) -> None:
        """Closes the connections."""
        self._transport.close()


def bound_heads(client: httpx2.Client, most_s: float) -> None:
    """Makes a client that others have made wait as a `BoundedTransport` does.

    Args:
        client: that has sent nothing yet.
        most_s: see there.
    """
    client._transport = BoundedTransport(client._transport, most_s)
    client._mounts = {
        pattern: None if transport is None else BoundedTransport(transport, most_s)
        for pattern, transport in client._mounts.items()
    }


class _Waiting(threading.local):
    """What is left for the answer that this thread waits for; None while it does not."""

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self.bound: Bound | None = None

    def begin(self) -> None:
        self.bound = Bound(_MOST_HEAD_BYTES, self._most_s)


class _Stream:
    """A connection of httpcore2, which has no base class outside of that package."""

    def __init__(self, stream: Any, waiting: _Waiting) -> None:
        self._stream, self._waiting = stream, waiting

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        part: bytes = self._stream.read(max_bytes, timeout)
        bound = self._waiting.bound
        return part if bound is None else bound.came(part)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)
        if self._waiting.bound is not None:
            self._waiting.begin()

    def start_tls(self, *args: Any, **kwargs: Any) -> "_Stream":
        return _Stream(self._stream.start_tls(*args, **kwargs), self._waiting)


class _Backend:
    """Makes such connections as another one does."""

    def __init__(self, backend: Any, waiting: _Waiting) -> None:
        self._backend, self._waiting = backend, waiting

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def connect_tcp(self, *args: Any, **kwargs: Any) -> _Stream:
        return _Stream(self._backend.connect_tcp(*args, **kwargs), self._waiting)


@lru_cache(maxsize=1)
def limit_hub_waits() -> None:
    """Ends every request to the hub that gets no answer, in this process from now on."""
    from huggingface_hub import set_client_factory

    set_client_factory(_hub_client)


def _hub_client() -> httpx2.Client:
    from huggingface_hub.utils._http import default_client_factory

    client = default_client_factory()
    hooks = client.event_hooks
    bound_heads(client, _LONGEST_HEAD_S)
    client.event_hooks = {
        "request": [*hooks["request"], _limit_silence],
        "response": [*hooks["response"], _bound_hub],
    }
    return client


def _bound_hub(response: httpx2.Response) -> None:
    """Limits an answer: what the library reads into memory more than the files that it writes."""
    path = response.request.url.path
    is_file = response.status_code in _WITH_CONTENT and ("/resolve/" in path or "/api/" not in path)
    bound = (_MOST_FILE_BYTES, _LONGEST_FILE_S) if is_file else (_MOST_HUB_BYTES, _LONGEST_HUB_S)
    bound_answer(response, Bound(*bound))


def _limit_silence(request: httpx2.Request) -> None:
    """The library asks for no limit, request by request."""
    given = request.extensions.get("timeout") or {}
    phases = ("connect", "read", "write", "pool")
    request.extensions["timeout"] = {
        phase: _SILENCE_S if given.get(phase) is None else given[phase] for phase in phases
    }
