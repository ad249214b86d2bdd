"""Any endpoint that speaks OpenAI's chat completions, through the official SDK."""

import json
import time
from collections.abc import Callable, Iterable, Iterator

import httpx2
import openai

from touchline.models.api_keys import find_key, required_key
from touchline.models.card_types.openai import OpenAICard
from touchline.models.card_types.video_forms import IMAGES
from touchline.models.endpoint.connections import EndpointTransport, connection_fault
from touchline.models.endpoint.dispatcher import make_dispatcher
from touchline.models.endpoint.http_answers import decoded_json, reply_in
from touchline.models.endpoint.http_errors import (
    ErrorResponse,
    classify_response,
    with_fix,
)
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError
from touchline.models.engines.openai.chat import chat_body, read_completion
from touchline.models.engines.openai.vllm_version import check_endpoint
from touchline.models.types import Failure, Reply, Request

_LONGEST_QUOTE = 200


class OpenAIEngine:
    """Several requests in flight against one endpoint, under the limits of its card."""

    def __init__(self, card: OpenAICard, *, is_shared: bool = True) -> None:
        """Connects.

        Args:
            card: the model.
            is_shared: see `policy_of_card`.

        Raises:
            UserError: there is no key, or the server would lose the times of frames.
        """
        if card.frames_as != IMAGES:
            check_endpoint(card)
        self._dispatcher = make_dispatcher(
            _Chat(card), card, card.base_url, card.api_key_env, is_shared=is_shared
        )

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers as they come; see `Dispatcher.replies`."""
        return self._dispatcher.replies(requests)

    def close(self) -> None:
        """Closes the connections."""
        self._dispatcher.close()


class _Chat:
    """Asks for one chat completion; the SDK's own retries are off, so that one policy decides."""

    def __init__(self, card: OpenAICard) -> None:
        self.name = f"{card.base_url} for model '{card.name}'"
        self._card = card
        self._client = openai.AsyncOpenAI(
            base_url=card.base_url,
            api_key=endpoint_key(card),
            timeout=card.timeout_s,
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(
                transport=EndpointTransport(card.base_url), trust_env=False
            ),
        )

    def prepare(self, request: Request, read_frames: Callable[[], list[bytes]]) -> bytes:
        """The body as it is sent; JSON is written here, outside the event loop."""
        body = chat_body(self._card, request, read_frames())
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    async def ready(self, request: Request) -> None:
        """A chat needs no preparation."""

    async def ask(self, request: Request, prepared: bytes) -> Reply:
        """See `EndpointClient.ask`."""
        started = time.monotonic()
        try:
            response = await self._client.post(
                "/chat/completions",
                content=prepared,
                cast_to=httpx2.Response,
                options={"headers": {"Content-Type": "application/json"}},
            )
        except openai.APIStatusError as error:
            raise FaultError(self._classified(error.response)) from None
        except openai.APIConnectionError as error:
            cause = error.__cause__
            raise FaultError(
                connection_fault(cause if isinstance(cause, Exception) else error)
            ) from None
        seconds = time.monotonic() - started
        return reply_in(response, lambda body: read_completion(request.key, body, seconds))

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    def _classified(self, response: httpx2.Response) -> Fault:
        """What an error response means; one that fails every window says how to fix it."""
        body = decoded_json(response)
        fault = classify_response(
            ErrorResponse(response.status_code, response.headers, body), time.time()
        )
        return with_fix(fault, self.name, self._card.api_key_env)


def endpoint_key(card: OpenAICard) -> str:
    """The key of a card's endpoint; one on this machine needs none.

    Raises:
        UserError: there is none.
    """
    if key := card.needs_key():
        return required_key(key, card.name)
    return find_key(card.api_key_env) or "none"
