"""Claude through Anthropic's own API and its official SDK."""

import json
import time
from collections.abc import Callable, Iterable, Iterator

import anthropic
import httpx2

from touchline.models.api_keys import required_key
from touchline.models.card_types.anthropic import AnthropicCard
from touchline.models.endpoint.connections import EndpointTransport, connection_fault
from touchline.models.endpoint.dispatcher import make_dispatcher
from touchline.models.endpoint.http_answers import decoded_json, reply_in
from touchline.models.endpoint.http_errors import (
    ErrorResponse,
    classify_response,
    with_fix,
)
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError
from touchline.models.engines.anthropic.message_format import message_body, read_message
from touchline.models.types import Failure, Reply, Request


class AnthropicEngine:
    """Several requests in flight against Anthropic, under the limits of its card."""

    def __init__(self, card: AnthropicCard) -> None:
        """Connects.

        Raises:
            UserError: there is no key.
        """
        self._dispatcher = make_dispatcher(_Messages(card), card, card.base_url, card.api_key_env)

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers as they come; see `Dispatcher.replies`."""
        return self._dispatcher.replies(requests)

    def close(self) -> None:
        """Closes the connections."""
        self._dispatcher.close()


class _Messages:
    """Asks for one message; the SDK's own retries are off, so that one policy decides."""

    def __init__(self, card: AnthropicCard) -> None:
        self.name = f"{card.base_url} for model '{card.name}'"
        self._card = card
        self._client = anthropic.AsyncAnthropic(
            base_url=card.base_url,
            api_key=required_key(card.api_key_env, card.name),
            timeout=card.timeout_s,
            max_retries=0,
            http_client=anthropic.DefaultAsyncHttpxClient(
                transport=EndpointTransport(card.base_url), trust_env=False
            ),
        )

    def prepare(self, request: Request, read_frames: Callable[[], list[bytes]]) -> bytes:
        """The body as it is sent; JSON is written here, outside the event loop."""
        body = message_body(self._card, request, read_frames())
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    async def ready(self, request: Request) -> None:
        """A message needs no preparation."""

    async def ask(self, request: Request, prepared: bytes) -> Reply:
        """See `EndpointClient.ask`."""
        started = time.monotonic()
        try:
            response = await self._client.post(
                "/v1/messages",
                content=prepared,
                cast_to=httpx2.Response,
                options={"headers": {"Content-Type": "application/json"}},
            )
        except anthropic.APIStatusError as error:
            raise FaultError(self._classified(error.response)) from None
        except anthropic.APIConnectionError as error:
            cause = error.__cause__
            fault = connection_fault(cause if isinstance(cause, Exception) else error)
            raise FaultError(fault) from None
        seconds = time.monotonic() - started
        return reply_in(response, lambda body: read_message(request.key, body, seconds))

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    def _classified(self, response: httpx2.Response) -> Fault:
        """What an error response means; one that fails every window says how to fix it."""
        found = ErrorResponse(response.status_code, response.headers, decoded_json(response))
        return with_fix(classify_response(found, time.time()), self.name, self._card.api_key_env)
