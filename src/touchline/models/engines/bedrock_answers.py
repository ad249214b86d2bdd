"""Answers of Bedrock, limited in bytes and time: boto3 reads whatever comes."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import HTTPClientError
from urllib3.exceptions import HTTPError

from touchline.bounded_http import Bound, EndlessAnswerError

_MOST_BYTES = 32_000_000


def limit_answers(client: Any, most_s: float) -> None:
    """Makes every answer of a client of boto3 end.

    Args:
        client: of boto3.
        most_s: how long an answer may take, from its first byte on.
    """
    endpoint = client._endpoint  # boto3 has no other way to what it sends with
    session = endpoint.http_session
    pools = {
        scheme: _bounded_pool(pool, most_s)
        for scheme, pool in session._pool_classes_by_scheme.items()
    }
    session._pool_classes_by_scheme = session._manager.pool_classes_by_scheme = pools
    endpoint.http_session = _BoundedSession(session, most_s)


class _BoundedSession:
    """Sends as boto3's own session does, and reads no answer without end."""

    def __init__(self, session: Any, most_s: float) -> None:
        self._session, self._most_s = session, most_s

    def send(self, request: Any) -> Any:
        """Sends a request; its answer has been read when it is returned.

        Raises:
            HTTPClientError: the answer breaks off.
            EndlessAnswerError: it is without end.
        """
        request.stream_output = True
        try:
            response = self._session.send(request)
        except HTTPClientError as error:
            endless = error.kwargs.get("error")
            raise endless if isinstance(endless, EndlessAnswerError) else error from None
        response.raw = _BoundedRaw(response.raw, Bound(_MOST_BYTES, self._most_s))
        try:
            _ = response.content
        except HTTPError as error:
            raise HTTPClientError(error=error) from error
        except EndlessAnswerError:
            response.raw.close()
            raise
        return response

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()


class _BoundedRaw:
    def __init__(self, raw: Any, bound: Bound) -> None:
        self._raw, self._bound = raw, bound

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self) -> Iterator[bytes]:
        for part in self._raw.stream():
            yield self._bound.came(part)


def _bounded_pool(pool: Any, most_s: float) -> Any:
    """A pool of connections whose heads, interim answers and trailers end, as `stream` does."""
    connection: Any = pool.ConnectionCls

    class _Connection(connection):  # type: ignore[misc]
        response_class: Any

        def getresponse(self) -> Any:
            plain = self.response_class

            def bounded(*args: Any, **kwargs: Any) -> Any:
                response = plain(*args, **kwargs)
                response.fp = _BoundedLines(response.fp, Bound(_MOST_BYTES, most_s))
                return response

            self.response_class = bounded
            try:
                return super().getresponse()
            finally:
                self.response_class = plain

    return type(pool.__name__, (pool,), {"ConnectionCls": _Connection})


class _BoundedLines:
    """A socket's file: `http.client` reads all but bodies line by line."""

    def __init__(self, file: Any, bound: Bound) -> None:
        self._file, self._bound = file, bound

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def readline(self, *args: int) -> bytes:
        return self._bound.came(self._file.readline(*args))
