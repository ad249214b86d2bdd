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
    endpoint.http_session = _BoundedSession(endpoint.http_session, most_s)


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
        response = self._session.send(request)
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
