"""Any endpoint that speaks OpenAI's chat completions, through the official SDK."""

import base64
import codecs
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any

import openai

from touchline.errors import UserError
from touchline.models.kinds import OpenAICard
from touchline.models.nouns import Failure, FailureReason, Reply, Request
from touchline.prompts import Image, Text
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
            completion = self._client.chat.completions.create(**self._body(request, frames))
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
        return self._reply(request, completion, time.monotonic() - started)

    def _body(self, request: Request, frames: list[bytes]) -> dict[str, Any]:
        content = [
            {"type": "text", "text": part.text}
            if isinstance(part, Text)
            else {"type": "image_url", "image_url": {"url": _data_uri(frames[part.frame])}}
            for part in request.messages.parts
            if isinstance(part, Text | Image)
        ]
        messages: list[dict[str, Any]] = [{"role": "user", "content": content}]
        if request.messages.system:
            messages.insert(0, {"role": "system", "content": request.messages.system})
        settings = request.generation
        body = {
            "model": self._card.model,
            "messages": messages,
            "temperature": settings.temperature,
            "seed": settings.seed,
            self._card.max_tokens_field: settings.max_new_tokens,
        }
        return body | {"logprobs": True} if self._card.logprobs else body

    def _reply(self, request: Request, completion: Any, seconds: float) -> Reply | Failure:
        """What came with status 200, which may still be an error in the body."""
        error = getattr(completion, "error", None)
        if error or not completion.choices:
            message = f"error in the body: {error}" if error else "the reply has no choices"
            return Failure(request.key, FailureReason.ENGINE, message[:500], seconds)
        choice = completion.choices[0]
        usage = completion.usage
        return Reply(
            key=request.key,
            text=choice.message.content or getattr(choice.message, "refusal", None) or "",
            finish_reason=choice.finish_reason,
            seconds=seconds,
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            tokens=_tokens(choice),
        )

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


def _tokens(choice: Any) -> tuple[tuple[str, float], ...]:
    """Text and log-probability of each token, where the endpoint gave them.

    A character may lie in several tokens; it belongs to the last of them.
    """
    content = getattr(getattr(choice, "logprobs", None), "content", None) or ()
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    return tuple(
        (decode(bytes(token.bytes)) if token.bytes else token.token, float(token.logprob))
        for token in content
    )


def _data_uri(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")
