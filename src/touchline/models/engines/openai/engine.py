"""Any endpoint that speaks OpenAI's chat completions, through the official SDK."""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from touchline.models.api_keys import protect, required_key
from touchline.models.card_types.openai import OpenAICard
from touchline.models.endpoint.connections import A_CONNECTION_EACH
from touchline.models.endpoint.dispatcher import make_dispatcher
from touchline.models.endpoint.http_errors import Answer, brief, sort_answer, sort_body_error
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError, FaultKind
from touchline.models.engines.openai.chat import chat_body, read_completion
from touchline.models.types import Failure, FailureReason, Reply, Request

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SAID_AT_MOST = 200
_MEND = {
    401: "set {key} to a valid key",
    402: "the account of {key} has no credit",
    403: "this key may not use the model",
    404: "check base_url and model in the card",
}


class OpenAIEngine:
    """Several requests in flight against one endpoint, under the limits of its card."""

    def __init__(self, card: OpenAICard) -> None:
        self._courier = make_dispatcher(_Chat(card), card, card.base_url, card.api_key_env)

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers as they come; see `Courier.replies`."""
        return self._courier.replies(requests)

    def close(self) -> None:
        """Closes the connections."""
        self._courier.close()


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
            http_client=openai.DefaultAsyncHttpxClient(limits=A_CONNECTION_EACH),
        )

    def prepare(self, request: Request, read_frames: Callable[[], list[bytes]]) -> bytes:
        """The body as it is sent; JSON is written here, beside the event loop."""
        body = chat_body(self._card, request, read_frames())
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    async def ready(self, request: Request) -> None:
        """A chat needs nothing before it."""

    async def ask(self, request: Request, prepared: bytes) -> Reply:
        """See `Asker.ask`."""
        started = time.monotonic()
        try:
            response = await self._client.post(
                "/chat/completions",
                content=prepared,
                cast_to=httpx2.Response,
                options={"headers": {"Content-Type": "application/json"}},
            )
        except openai.APIStatusError as error:
            raise FaultError(self._sorted(error.response)) from None
        except openai.APIConnectionError as error:
            message = brief(str(error.__cause__ or error)) or type(error.__cause__).__name__
            fault = Fault(FaultKind.AGAIN, message, FailureReason.UNREACHABLE, is_down=True)
            raise FaultError(fault) from None
        return _reply(request.key, response, time.monotonic() - started)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    def _sorted(self, response: httpx2.Response) -> Fault:
        """What an error response means; what no window can escape says how to mend it."""
        body = _decoded(response)
        fault = sort_answer(Answer(response.status_code, response.headers, body), time.time())
        if fault.kind is not FaultKind.HOPELESS:
            return fault
        mend = _MEND.get(response.status_code, "check the card").format(key=self._card.api_key_env)
        return replace(
            fault,
            message=f"{self._card.base_url} refuses model '{self._card.model}' with "
            f"{fault.message}; {mend}.",
        )


def _reply(key: str, response: httpx2.Response, seconds: float) -> Reply:
    """The reply of a response with status 200, which may still hold an error.

    Raises:
        FaultError: it does, or it holds no reply.
    """
    body = _decoded(response)
    if isinstance(body, str):
        kind = response.headers.get("content-type", "no type")
        said = f"no JSON in the reply ({kind}): {brief(body)[:_SAID_AT_MOST]}"
        raise FaultError(Fault(FaultKind.AGAIN, said, FailureReason.ENGINE))
    answer = read_completion(key, body, seconds)
    if isinstance(answer, Reply):
        return answer
    if isinstance(body, dict) and body.get("error"):
        fault = sort_body_error(body, response.headers, time.time())
        raise FaultError(replace(fault, paid=answer))
    raise FaultError(Fault(FaultKind.AGAIN, answer.message, answer.reason, paid=answer))


def _decoded(response: httpx2.Response) -> Any:
    """The JSON of a response, whatever type it says it has; its text where it is none."""
    try:
        return response.json()
    except ValueError:
        return response.text


def endpoint_key(card: OpenAICard) -> str:
    """The key of a card's endpoint; one on this machine may do without.

    Raises:
        UserError: there is none.
    """
    if urlsplit(card.base_url).hostname not in _LOOPBACK:
        return required_key(card.api_key_env, card.name)
    key = os.environ.get(card.api_key_env) or "none"
    protect(key)
    return key
