"""Any endpoint that speaks OpenAI's chat completions, through the official SDK."""

import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice

import httpx2
import openai

from touchline.errors import UserError
from touchline.models.engines.openai_chat import chat_body, read_completion
from touchline.models.kinds import OpenAICard
from touchline.models.nouns import Failure, FailureReason, Reply, Request
from touchline.video import MissingFrameError

_HOPELESS = (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError)
"""Answers that every other window would get as well."""


class OpenAIEngine:
    """Several requests in flight against one endpoint.

    The SDK retries 408, 409, 429, 5xx and lost connections with exponential back-off and honours
    Retry-After. What still fails is a `Failure` for its window; only what would fail every
    window alike ends the run.
    """

    def __init__(self, card: OpenAICard) -> None:
        self._card = card
        self._client = openai.OpenAI(
            base_url=card.base_url,
            api_key=_api_key(card),
            timeout=card.timeout_s,
            max_retries=card.retries,
        )
        self._reached = False

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers as they come; at most `in_flight` requests are pulled ahead."""
        waiting = iter(requests)
        with ThreadPoolExecutor(self._card.in_flight) as pool:
            flying: set[Future[Reply | Failure]] = set()
            try:
                while True:
                    room = self._card.in_flight - len(flying)
                    flying |= {pool.submit(self._ask, one) for one in islice(waiting, room)}
                    if not flying:
                        return
                    done, flying = wait(flying, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _ask(self, request: Request) -> Reply | Failure:
        started = time.monotonic()

        def failure(reason: FailureReason, message: str) -> Failure:
            return Failure(request.key, reason, message, time.monotonic() - started)

        try:
            frames = request.read_frames()
        except MissingFrameError as error:
            return failure(FailureReason.FRAMES, str(error))
        try:
            response = self._client.post(
                "/chat/completions",
                body=chat_body(self._card, request, frames),
                cast_to=httpx2.Response,
            )
        except _HOPELESS as error:
            raise UserError(self._refusal(error)) from error
        except openai.APIStatusError as error:
            self._reached = True
            return failure(FailureReason.REFUSED, f"HTTP {error.status_code}: {_brief(error)}")
        except openai.APIConnectionError as error:
            if not self._reached:
                raise UserError(self._unreachable(error)) from error
            return failure(FailureReason.UNREACHABLE, _brief(error))
        except openai.OpenAIError as error:
            return failure(FailureReason.ENGINE, _brief(error))
        self._reached = True
        try:
            completion = response.json()
        except ValueError:
            return failure(FailureReason.ENGINE, f"no JSON in the reply: {response.text[:200]}")
        return read_completion(request.key, completion, time.monotonic() - started)

    def _refusal(self, error: openai.APIStatusError) -> str:
        mend = {
            401: f"set {self._card.api_key_env} to a valid key",
            403: "this key may not use the model",
            404: "check base_url and model in the card",
        }.get(error.status_code, "check the card")
        return (
            f"{self._card.base_url} refuses model '{self._card.model}' with HTTP "
            f"{error.status_code} ({_brief(error)}); {mend}."
        )

    def _unreachable(self, error: openai.APIConnectionError) -> str:
        return (
            f"no answer from {self._card.base_url} for model '{self._card.name}' "
            f"({_brief(error.__cause__ or error)}); is the server up and base_url right?"
        )


def _api_key(card: OpenAICard) -> str:
    key = os.environ.get(card.api_key_env)
    if key:
        return key
    if "://127.0.0.1" in card.base_url or "://localhost" in card.base_url:
        return "none"
    raise UserError(f"model '{card.name}' needs a key: set {card.api_key_env} in the environment.")


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")
