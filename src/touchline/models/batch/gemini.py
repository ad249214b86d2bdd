"""Gemini's batch API: a file of JSON lines through the File API at half the price, within a day.

https://ai.google.dev/gemini-api/docs/batch-api (checked in November 2026): a line is a key and a
GenerateContentRequest; a file may have 2 GB, and is kept for 48 hours; a line of the result is the
key and a GenerateContentResponse or an error.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from google import genai
from google.genai import errors, types

from touchline.errors import ComeBackLater, UserError
from touchline.models.answers.reply_costs import priced
from touchline.models.api_keys import without_secrets
from touchline.models.batch.types import DISCOUNT, BatchStatus, answers_of_line
from touchline.models.card_types.gemini import GeminiCard
from touchline.models.endpoint.connections import client_options
from touchline.models.endpoint.http_errors import summarize_error
from touchline.models.engines.gemini.access import make_client
from touchline.models.engines.gemini.chat import generation_config, read_response, with_frames
from touchline.models.types import Failure, FailureReason, Reply, Request

_UNFINISHED = frozenset(
    {
        "JOB_STATE_UNSPECIFIED",
        "JOB_STATE_QUEUED",
        "JOB_STATE_PENDING",
        "JOB_STATE_RUNNING",
        "JOB_STATE_CANCELLING",
        "JOB_STATE_PAUSED",
        "JOB_STATE_UPDATING",
    }
)
_FAILED = "JOB_STATE_FAILED"
_TOO_MANY = 429


def open_batches(card: GeminiCard) -> "GeminiBatches":
    """The batch API of a card's endpoint.

    Raises:
        UserError: there is no key.
    """
    client_args = client_options(card.base_url)
    client = make_client(card, client_args=client_args, async_client_args={"trust_env": False})
    return GeminiBatches(card, client)


class GeminiBatches:
    """See `BatchService`; frames go as images.

    Args:
        card: the model.
        client: of its endpoint.
    """

    max_bytes = 2_000_000_000
    max_requests = 50_000
    """No limit is documented; this one keeps a shard's list of keys small."""

    def __init__(self, card: GeminiCard, client: genai.Client) -> None:
        self._card = card
        self._client = client
        self.name = f"the batch API at {card.base_url}"

    def line(self, request: Request, frames: Sequence[bytes]) -> bytes:
        """See `BatchService.line`."""
        body: dict[str, Any] = {
            "contents": [
                {"role": "user", "parts": [_part(p) for p in with_frames(request.messages, frames)]}
            ],
            "generationConfig": generation_config(self._card, request).model_dump(
                mode="json", by_alias=True, exclude_none=True, exclude={"system_instruction"}
            ),
        }
        if request.messages.system:
            body["systemInstruction"] = {"parts": [{"text": request.messages.system}]}
        values = {"key": request.key, "request": body}
        return json.dumps(values, separators=(",", ":")).encode() + b"\n"

    def submit(self, shard: str, file: Path) -> str:
        """See `BatchService.submit`."""
        with self._user_errors():
            uploaded = self._client.files.upload(
                file=file,
                config=types.UploadFileConfig(display_name=shard, mime_type="application/jsonl"),
            )
            job = self._client.batches.create(
                model=self._card.model,
                src=uploaded.name or "",
                config=types.CreateBatchJobConfig(display_name=shard),
            )
        return job.name or ""

    def find(self, shard: str) -> str | None:
        """See `BatchService.find`."""
        with self._user_errors():
            for job in self._client.batches.list():
                if job.display_name == shard:
                    return job.name
        return None

    def status(self, batch: str) -> BatchStatus:
        """See `BatchService.status`; Gemini does not report how many requests are done."""
        with self._user_errors():
            job = self._client.batches.get(name=batch)
        state = job.state.name if job.state else "JOB_STATE_UNSPECIFIED"
        if state == _FAILED:
            reason = job.error.message if job.error else None
            return BatchStatus(True, 0, reason or "no reason given")
        return BatchStatus(state not in _UNFINISHED)

    def results(self, batch: str) -> Iterator[Reply | Failure]:
        """See `BatchService.results`."""
        with self._user_errors():
            job = self._client.batches.get(name=batch)
            if job.dest is None or not job.dest.file_name:
                return
            content = self._client.files.download(file=job.dest.file_name)
        for line in content.splitlines():
            if line.strip():
                yield from answers_of_line(line, "key", self._answer)

    def forget(self, batch: str) -> None:
        """See `BatchService.forget`."""
        with self._user_errors():
            shard = self._client.batches.get(name=batch).display_name
            for file in self._client.files.list():
                if shard and file.display_name == shard and file.name:
                    self._client.files.delete(name=file.name)

    def close(self) -> None:
        """See `BatchService.close`."""
        self._client.close()

    def _answer(self, line: dict[str, Any]) -> Reply | Failure:
        key = str(line["key"])
        if "response" not in line:
            said = summarize_error((line.get("error") or {}).get("message") or "no response")
            return Failure(key, FailureReason.ENGINE, f"in the batch: {said}")
        reply = read_response(key, types.GenerateContentResponse.model_validate(line["response"]))
        if reply is None:
            return Failure(key, FailureReason.ENGINE, "in the batch: it has no candidates")
        return without_secrets(priced(reply, self._card.price, DISCOUNT))

    @contextmanager
    def _user_errors(self) -> Iterator[None]:
        """Turns the SDK's errors into sentences."""
        try:
            yield
        except (errors.ServerError, httpx2.HTTPError) as error:
            raise ComeBackLater(self._sentence("cannot be reached", error)) from error
        except errors.APIError as error:
            if error.code == _TOO_MANY:
                raise ComeBackLater(
                    self._sentence("accepts no more at the moment", error)
                ) from error
            raise UserError(self._sentence("refuses", error)) from error

    def _sentence(self, what: str, error: Exception) -> str:
        summary = summarize_error(error)
        return (
            f"{self.name} {what} for model '{self._card.name}' ({summary}); what was submitted is "
            "kept: run again."
        )


def _part(part: types.Part) -> dict[str, Any]:
    """A part as JSON; bytes in plain base64."""
    if part.inline_data is not None and part.inline_data.data is not None:
        data = base64.b64encode(part.inline_data.data).decode("ascii")
        return {"inlineData": {"mimeType": part.inline_data.mime_type, "data": data}}
    return {"text": part.text}
