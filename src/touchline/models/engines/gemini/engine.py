"""Gemini through Google's own API, with native video."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import google.auth.exceptions
import httpx2
from google.genai import errors, types

from touchline.errors import UserError
from touchline.models.card_types.gemini import GeminiCard
from touchline.models.controls import WITHOUT_FRAMES
from touchline.models.endpoint.connections import EndpointTransport, connection_fault
from touchline.models.endpoint.dispatcher import make_dispatcher
from touchline.models.endpoint.error_body import has_error, status_of
from touchline.models.endpoint.http_errors import (
    ErrorResponse,
    classify_response,
    summarize_error,
    with_fix,
)
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError, FaultKind
from touchline.models.engines.gemini.access import make_client, protect_token
from touchline.models.engines.gemini.chat import (
    generation_config,
    read_response,
    shows_video,
    with_frames,
    with_video,
)
from touchline.models.engines.gemini.upload_ledger import UploadLedger, uploads_folder
from touchline.models.engines.gemini.uploads import UploadedVideos
from touchline.models.types import Failure, FailureReason, Reply, Request

_PROCESSING_S = 900.0
"""How long Gemini may take to process an uploaded half."""

_UNREADABLE = (ValueError, AttributeError, TypeError)
"""What the SDK raises for a response that is not of the API's form."""

_GONE = {403, 404}
_ABOUT_A_FILE = "file"


class GeminiEngine:
    """Several requests in flight against Gemini, under the limits of its card."""

    def __init__(self, card: GeminiCard) -> None:
        if (
            card.control is not None
            and card.frames_as == "video"
            and card.control not in WITHOUT_FRAMES
        ):
            raise UserError(
                f"model '{card.name}' watches the video itself, so the control '{card.control}' "
                "cannot change its frames: write frames_as: images in the card."
            )
        self._dispatcher = make_dispatcher(_Gemini(card), card, card.address, card.api_key_env)

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers as they come; see `Dispatcher.replies`."""
        return self._dispatcher.replies(requests)

    def close(self) -> None:
        """Deletes what was uploaded and closes the connections."""
        self._dispatcher.close()


class _Gemini:
    """Asks for one answer; the SDK's own retries are off, so that one policy decides."""

    def __init__(self, card: GeminiCard) -> None:
        self.name = f"{card.address} for model '{card.name}'"
        self._card = card
        self._client = make_client(
            card,
            retry_options=types.HttpRetryOptions(attempts=1),
            client_args={"trust_env": False},
            async_client_args={
                "transport": EndpointTransport(card.base_url),
                "trust_env": False,
                "follow_redirects": False,
                "event_hooks": {"request": [protect_token], "response": [_reveal_error]},
            },
        )
        ledger = UploadLedger(uploads_folder(card.base_url, card.api_key_env))
        self._videos = UploadedVideos(self._client, _PROCESSING_S, self._classified, ledger)

    def prepare(
        self, request: Request, read_frames: Callable[[], list[bytes]]
    ) -> list[types.Part] | None:
        """The frames and the text; None where Gemini cuts the frames out of the video itself."""
        if shows_video(self._card, request.messages):
            return None
        return with_frames(request.messages, read_frames())

    async def ready(self, request: Request) -> None:
        """Uploads the half of a window that is shown as video."""
        if shows_video(self._card, request.messages):
            await self._videos.get(_video(request))

    async def ask(self, request: Request, prepared: list[types.Part] | None) -> Reply:
        """See `EndpointClient.ask`."""
        started = time.monotonic()
        file = await self._videos.get(_video(request)) if prepared is None else None
        try:
            if file is not None:
                prepared = with_video(request, file)
            response = await self._client.aio.models.generate_content(
                model=self._card.model,
                contents=types.Content(role="user", parts=prepared),
                config=generation_config(self._card, request),
            )
        except google.auth.exceptions.GoogleAuthError as error:
            said = f"{self.name} needs valid credentials: {summarize_error(error)}."
            raise FaultError(Fault(FaultKind.HOPELESS, said, FailureReason.REFUSED)) from None
        except (errors.APIError, httpx2.HTTPError, *_UNREADABLE) as error:
            raise FaultError(await self._refused(request, file, error)) from None
        if file is not None:
            self._videos.answered(_video(request))
        reply = read_response(request.key, response)
        if reply is None:
            message = "the response has no candidates"
            raise FaultError(Fault(FaultKind.AGAIN, message, FailureReason.ENGINE))
        return replace(reply, seconds=time.monotonic() - started)

    async def close(self) -> None:
        """Deletes what was uploaded and closes the connections."""
        await self._videos.close()
        await self._client.aio.aclose()
        self._client.close()

    async def _refused(self, request: Request, file: types.File | None, error: Exception) -> Fault:
        """What an error means for a window, and for the video that it was shown, if any."""
        fault = self._classified(error)
        if file is None:
            return fault
        if _is_gone(error):
            await self._videos.gone(_video(request), file.name or "")
            message = f"the uploaded video is gone: {summarize_error(error)}"
            return Fault(FaultKind.AGAIN, message, FailureReason.ENGINE, after_s=0.0)
        if fault.kind is FaultKind.VIDEO:
            await self._videos.refuse(_video(request), fault)
        return fault

    def _classified(self, error: Exception) -> Fault:
        if isinstance(error, errors.APIError):
            headers = getattr(error.response, "headers", None) or {}
            response = ErrorResponse(error.code, headers, error.details, "gemini")
            return with_fix(
                classify_response(response, time.time()), self.name, self._card.api_key_env
            )
        if isinstance(error, httpx2.HTTPError | OSError):
            return connection_fault(error)
        message = f"no answer can be read: {summarize_error(error) or type(error).__name__}"
        return Fault(FaultKind.AGAIN, message, FailureReason.ENGINE, may_be_paid=True)


async def _reveal_error(response: httpx2.Response) -> None:
    """Gives an answer with status 200 that is an error, as gateways send it, the error's status.

    The SDK would read it as a response without candidates, and lose the error.
    """
    is_answer = response.request.url.path.endswith(":generateContent")
    if response.status_code != httpx2.codes.OK or not is_answer:
        return
    await response.aread()
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict) and not body.get("candidates") and has_error(body):
        response.status_code = status_of(body) or httpx2.codes.INTERNAL_SERVER_ERROR


def _is_gone(error: Exception) -> bool:
    """Whether an error says that the uploaded video has expired or was deleted."""
    return (
        isinstance(error, errors.APIError)
        and error.code in _GONE
        and _ABOUT_A_FILE in (error.message or "").lower()
    )


def _video(request: Request) -> Path:
    """The half that a request's frames come from.

    Raises:
        UserError: its frames are not what the video shows.
    """
    if request.video is None:
        raise UserError(
            "a native video is sent unchanged, without crop, mask, stamp or flow: remove these "
            "from the sampling, or write frames_as: images in the card."
        )
    return request.video
