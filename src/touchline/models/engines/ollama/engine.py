"""A model behind Ollama, asked through its native API."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import httpx2

from touchline.models.api_keys import find_key
from touchline.models.card_types.ollama import OllamaCard
from touchline.models.endpoint.connections import EndpointTransport, connection_fault
from touchline.models.endpoint.dispatcher import make_dispatcher
from touchline.models.endpoint.http_answers import decoded_json, reply_in
from touchline.models.endpoint.http_errors import (
    ErrorResponse,
    classify_response,
)
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError, FaultKind
from touchline.models.engines.ollama.chat import ollama_body, read_chat
from touchline.models.types import Failure, Reply, Request

_FIXES = {
    401: "set {key} to a valid key",
    404: "run 'ollama pull {model}', or correct 'model' in the card",
}


class OllamaEngine:
    """Requests against one Ollama server, under the limits of its card."""

    def __init__(self, card: OllamaCard) -> None:
        self._dispatcher = make_dispatcher(_Chat(card), card, card.base_url, card.api_key_env)

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers as they come; see `Dispatcher.replies`."""
        return self._dispatcher.replies(requests)

    def close(self) -> None:
        """Closes the connections."""
        self._dispatcher.close()


class _Chat:
    """Asks for one answer; Ollama on this machine needs no key."""

    def __init__(self, card: OllamaCard) -> None:
        self.name = f"{card.base_url} for model '{card.name}'"
        self._card = card
        key = find_key(card.api_key_env)
        self._client = httpx2.AsyncClient(
            base_url=card.base_url,
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {key}"} if key else {}),
            timeout=card.timeout_s,
            transport=EndpointTransport(card.base_url),
            trust_env=False,
        )

    def prepare(self, request: Request, read_frames: Callable[[], list[bytes]]) -> bytes:
        """The body as it is sent."""
        body = ollama_body(self._card, request, read_frames())
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    async def ready(self, request: Request) -> None:
        """A chat needs no preparation."""

    async def ask(self, request: Request, prepared: bytes) -> Reply:
        """See `EndpointClient.ask`."""
        started = time.monotonic()
        try:
            response = await self._client.post("/api/chat", content=prepared)
        except httpx2.TransportError as error:
            raise FaultError(connection_fault(error)) from None
        if response.status_code != httpx2.codes.OK:
            raise FaultError(self._classified(response))
        seconds = time.monotonic() - started
        return reply_in(response, lambda body: read_chat(request.key, body, seconds))

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    def _classified(self, response: httpx2.Response) -> Fault:
        """What an error response means; one that fails every window says how to fix it."""
        found = ErrorResponse(response.status_code, response.headers, decoded_json(response))
        fault = classify_response(found, time.time())
        if fault.kind is not FaultKind.HOPELESS:
            return fault
        fix = _FIXES.get(response.status_code, "check the card")
        fix = fix.format(key=self._card.api_key_env, model=self._card.model)
        return replace(fault, message=f"{self.name}: {fault.message}; {fix}.")
