"""How connections to endpoints are made, kept and left.

A connection is kept for the next request where that is safe: on a reused connection, an answer
that a server or proxy delivers twice would be read as the answer to the next window. So it is kept
only after an answer that says which one it is (`id`, `responseId`), and an answer that came before
is recognised on a reused connection and asked again. After anything else (an error, an answer
without an id) the connection is left.
"""

import asyncio
import hashlib
import json
import uuid
from collections import OrderedDict
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakSet

import httpx2

from touchline.bounded_http import (
    Bound,
    BoundedTransport,
    EndlessAnswerError,
    bound_answer,
    read_answer,
    without_coding,
)
from touchline.errors import UserError
from touchline.models.api_keys import protect
from touchline.models.card_types.endpoint import is_loopback
from touchline.models.endpoint.http_errors import summarize_error
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultKind
from touchline.models.types import FailureReason

_KEPT_S = 4.0
"""How long an idle connection is kept: shorter than servers keep it (uvicorn 5 s), so that no
request is sent into a connection that is being closed."""

_LIMITS = httpx2.Limits(
    max_connections=None, max_keepalive_connections=None, keepalive_expiry=_KEPT_S
)
_CLIENT_REQUEST_ID = "X-Client-Request-Id"
_ID_FIELDS = ("id", "responseId")
_ANSWERS_REMEMBERED = 10_000
_LEAST_DIFFERENT = 2
"""An endpoint whose answers are all the same bytes cannot say which one it delivers."""

_MOST_BYTES = 32_000_000
"""Of one answer: 4,096 tokens with the probabilities of 20 others each have 10 million bytes."""

_MOST_BATCH_BYTES = 2_000_000_000
"""Of the answers to 50,000 requests."""

_LONGEST_ANSWER_S = 3600.0
"""A window has its own, shorter limit; this one is for uploads and batches."""

_PROXIES = ("http", "https", "socks5", "socks5h")

_NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.LocalProtocolError,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
"""Errors of a request that the endpoint never got, and so never charges."""


class DuplicateAnswerError(httpx2.RemoteProtocolError):
    """What came on a reused connection is the answer to another request."""


class RedirectedError(httpx2.RemoteProtocolError):
    """The endpoint redirects to another address, which gets neither key nor frames."""


class EndpointTransport(httpx2.AsyncBaseTransport):
    """Sends requests to one endpoint, through the proxy that the environment names for it.

    Args:
        base_url: of the endpoint.

    Raises:
        UserError: the proxy cannot be used.
    """

    def __init__(self, base_url: str) -> None:
        self._transport = _transport(proxy_of(base_url))
        self._used: WeakSet[object] = WeakSet()
        self._answers: OrderedDict[bytes, None] = OrderedDict()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request; its answer has been read when it is returned.

        Raises:
            DuplicateAnswerError: see there.
            RedirectedError: see there.
        """
        asked = uuid.uuid4().hex
        request.headers[_CLIENT_REQUEST_ID] = asked
        response = await self._head(request)
        try:
            content = await read_answer(response, Bound(_MOST_BYTES, _LONGEST_ANSWER_S))
        except BaseException:
            await response.aclose()
            raise
        connection = response.extensions["network_stream"]
        is_first_use = connection not in self._used
        self._used.add(connection)
        answered = response.headers.get(_CLIENT_REQUEST_ID, asked)
        is_new = self._is_new(response.status_code, content)
        if not is_new or answered != asked:
            # Whoever gets this connection next would read what may still come on it.
            await connection.aclose()
        await response.aclose()
        if answered != asked or (is_new is False and not is_first_use):
            raise DuplicateAnswerError("an answer to another request came on this connection")
        if response.has_redirect_location:
            raise RedirectedError(_redirect_sentence(request, response))
        return httpx2.Response(
            response.status_code,
            headers=without_coding(response.headers),
            stream=httpx2.ByteStream(content),
            request=request,
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _head(self, request: httpx2.Request) -> httpx2.Response:
        """The beginning of an answer, which may be as endless as its end."""
        try:
            async with asyncio.timeout(_LONGEST_ANSWER_S):
                return await self._transport.handle_async_request(request)
        except TimeoutError:
            raise EndlessAnswerError(f"no answer within {_LONGEST_ANSWER_S:g} s") from None

    def _is_new(self, status: int, content: bytes) -> bool | None:
        """Whether an answer is one that did not come before; None where it does not say."""
        if status != httpx2.codes.OK or not _has_id(content):
            return None
        digest = hashlib.sha256(content).digest()
        if digest in self._answers:
            self._answers.move_to_end(digest)
            return False
        self._answers[digest] = None
        if len(self._answers) > _ANSWERS_REMEMBERED:
            self._answers.popitem(last=False)
        return True if len(self._answers) >= _LEAST_DIFFERENT else None


def proxy_of(url: str) -> str | None:
    """The proxy that the environment names for an address (HTTPS_PROXY, ALL_PROXY, NO_PROXY).

    None where there is none; what is on this machine is never asked through one.
    """
    address = urlsplit(url)
    if is_loopback(url) or (address.hostname and proxy_bypass(address.hostname)):
        return None
    proxies = getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"


def client_options(url: str) -> dict[str, Any]:
    """The arguments of an `httpx2.Client` that asks an address as `EndpointTransport` does.

    Raises:
        UserError: the proxy cannot be used.
    """
    proxy = proxy_of(url)
    _transport(proxy)
    transport = BoundedTransport(httpx2.HTTPTransport(proxy=proxy), _LONGEST_ANSWER_S)
    hooks = {"response": [_bound_batch]}
    return {
        "transport": transport,
        "trust_env": False,
        "follow_redirects": False,
        "event_hooks": hooks,
    }


def connection_fault(error: Exception) -> Fault:
    """What an error means that came instead of a response."""
    message = summarize_error(error) or type(error).__name__
    if isinstance(error, RedirectedError):
        return Fault(FaultKind.HOPELESS, str(error), FailureReason.REFUSED)
    if isinstance(error, DuplicateAnswerError | EndlessAnswerError):
        return Fault(FaultKind.AGAIN, message, FailureReason.ENGINE, may_be_paid=True)
    return Fault(
        FaultKind.AGAIN,
        message,
        FailureReason.UNREACHABLE,
        is_down=True,
        may_be_paid=not isinstance(error, _NEVER_SENT),
    )


def _transport(proxy: str | None) -> httpx2.AsyncHTTPTransport:
    if proxy is None:
        return httpx2.AsyncHTTPTransport(limits=_LIMITS)
    address = urlsplit(proxy)
    protect(address.password or "")
    shown = f"{address.scheme}://{address.hostname}"
    unset = "unset it (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) or name the endpoint in NO_PROXY"
    if address.scheme not in _PROXIES:
        raise UserError(f"the proxy {shown} is of a kind that cannot be used: {unset}.")
    try:
        return httpx2.AsyncHTTPTransport(limits=_LIMITS, proxy=proxy)
    except ImportError:
        raise UserError(
            f"the proxy {shown} needs the package socksio: pip install socksio, or {unset}."
        ) from None
    except (ValueError, httpx2.InvalidURL):
        raise UserError(f"the proxy {shown} is not a valid address: {unset}.") from None


def _bound_batch(response: httpx2.Response) -> None:
    bound_answer(response, Bound(_MOST_BATCH_BYTES, _LONGEST_ANSWER_S))


def _has_id(content: bytes) -> bool:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and any(isinstance(body.get(one), str) for one in _ID_FIELDS)


def _redirect_sentence(request: httpx2.Request, response: httpx2.Response) -> str:
    try:
        target = request.url.join(response.headers["location"])
        shown = f"{target.scheme}://{target.netloc.decode()}{target.path}"
    except (httpx2.InvalidURL, ValueError):
        shown = "an address that is not valid"
    return (
        f"{request.url.scheme}://{request.url.netloc.decode()} redirects to {shown}, which gets no "
        "key: correct base_url in the card."
    )
