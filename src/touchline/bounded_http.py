"""Answers over HTTP, limited in bytes and in time, also where they are compressed.

A few kilobytes can be compressed gigabytes, and an answer that never ends comes a byte at a time.
The hub's client would wait for ever, and read whatever comes.
"""

import time
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache

import httpx2

_SILENCE_S = 30.0
"""Without one byte of an answer; a slow download that goes on is never cut."""


_MOST_HUB_BYTES = 100_000_000
"""Of what is not a file: the list of the 100,000 files that a repository may have."""

_LONGEST_HUB_S = 600.0
_MOST_FILE_BYTES = 60_000_000_000
"""The library fetches no file of more than 50 GB this way."""

_LONGEST_FILE_S = 7 * 86_400.0
_WITH_CONTENT = (200, 206)

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
    """Makes a response end where its bound does, for whoever reads it; it is not compressed then.

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


@lru_cache(maxsize=1)
def limit_hub_waits() -> None:
    """Ends every request to the hub that gets no answer, in this process from now on."""
    from huggingface_hub import set_client_factory

    set_client_factory(_hub_client)


def _hub_client() -> httpx2.Client:
    from huggingface_hub.utils._http import default_client_factory

    client = default_client_factory()
    hooks = client.event_hooks
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
