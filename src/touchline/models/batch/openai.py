"""OpenAI's batch API: a file of JSON lines at half the price, answered within a day.

https://platform.openai.com/docs/guides/batch (checked in November 2026): at most 50,000 requests
and 200 MB a file; a batch that exceeds its 24 hours is "expired", and keeps the answers it has.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import openai

from touchline.models.answers.reply_costs import priced
from touchline.models.api_keys import without_secrets
from touchline.models.batch.sdk_errors import user_errors
from touchline.models.batch.types import DISCOUNT, BatchStatus, answers_of_line
from touchline.models.card_types.openai import OpenAICard
from touchline.models.endpoint.connections import client_options
from touchline.models.endpoint.http_errors import summarize_error
from touchline.models.engines.openai.chat import chat_body, read_completion
from touchline.models.engines.openai.engine import endpoint_key
from touchline.models.types import Failure, FailureReason, Reply, Request

_ENDPOINT: Final = "/v1/chat/completions"
_SHARD = "touchline_shard"
"""The key in a batch's metadata that names its shard."""
_ENDED = frozenset({"completed", "expired", "cancelled", "failed"})
_QUEUE_IS_FULL = "token_limit_exceeded"
_PAGE = 100


def open_batches(card: OpenAICard) -> "OpenAIBatches":
    """The batch API of a card's endpoint.

    Raises:
        UserError: there is no key.
    """
    client = openai.OpenAI(
        base_url=card.base_url,
        api_key=endpoint_key(card),
        timeout=card.timeout_s,
        max_retries=card.retries,
        http_client=openai.DefaultHttpxClient(**client_options(card.base_url)),
    )
    return OpenAIBatches(card, client)


class OpenAIBatches:
    """See `BatchService`.

    Args:
        card: the model.
        client: of its endpoint.
    """

    max_bytes = 200_000_000
    max_requests = 50_000

    def __init__(self, card: OpenAICard, client: openai.OpenAI) -> None:
        self._card = card
        self._client = client
        self.name = f"the batch API at {card.base_url}"

    def line(self, request: Request, frames: Sequence[bytes]) -> bytes:
        """See `BatchService.line`."""
        values = {
            "custom_id": request.key,
            "method": "POST",
            "url": _ENDPOINT,
            "body": chat_body(self._card, request, frames),
        }
        return json.dumps(values, separators=(",", ":")).encode() + b"\n"

    def submit(self, shard: str, file: Path) -> str:
        """See `BatchService.submit`."""
        with self._user_errors():
            uploaded = self._client.files.create(file=file, purpose="batch")
            batch = self._client.batches.create(
                input_file_id=uploaded.id,
                endpoint=_ENDPOINT,
                completion_window="24h",
                metadata={_SHARD: shard},
            )
        return batch.id

    def find(self, shard: str) -> str | None:
        """See `BatchService.find`."""
        with self._user_errors():
            for batch in self._client.batches.list(limit=_PAGE):
                if (batch.metadata or {}).get(_SHARD) == shard:
                    return batch.id
        return None

    def status(self, batch: str) -> BatchStatus:
        """See `BatchService.status`."""
        with self._user_errors():
            found = self._client.batches.retrieve(batch)
        counts = found.request_counts
        done = counts.completed + counts.failed if counts else 0
        if found.status != "failed":
            return BatchStatus(found.status in _ENDED, done)
        errors = (found.errors.data if found.errors else None) or []
        reason = "; ".join(error.message or error.code or "" for error in errors[:3])
        full = any(error.code == _QUEUE_IS_FULL for error in errors)
        return BatchStatus(True, done, reason or "no reason given", full)

    def results(self, batch: str) -> Iterator[Reply | Failure]:
        """See `BatchService.results`."""
        with self._user_errors():
            found = self._client.batches.retrieve(batch)
            for file in (found.output_file_id, found.error_file_id):
                if file is not None:
                    for line in self._client.files.content(file).iter_lines():
                        if line.strip():
                            yield from answers_of_line(line, "custom_id", self._answer)

    def forget(self, batch: str) -> None:
        """See `BatchService.forget`."""
        with self._user_errors():
            found = self._client.batches.retrieve(batch)
            try:
                self._client.files.delete(found.input_file_id)
            except openai.NotFoundError:
                return  # it has expired, or a run that was killed had removed it

    def close(self) -> None:
        """See `BatchService.close`."""
        self._client.close()

    def _answer(self, line: dict[str, Any]) -> Reply | Failure:
        """One line of an output or error file."""
        key, response = line["custom_id"], line.get("response") or {}
        if error := line.get("error"):
            said = summarize_error(error.get("message") or error.get("code"))
            return Failure(key, FailureReason.ENGINE, f"in the batch: {said}")
        if response.get("status_code") != 200:
            error = (response.get("body") or {}).get("error") or response.get("status_code")
            return Failure(key, FailureReason.REFUSED, f"in the batch: {summarize_error(error)}")
        answer = read_completion(key, response.get("body"), 0.0)
        if isinstance(answer, Failure):
            return answer
        return without_secrets(priced(answer, self._card.price, DISCOUNT))

    def _user_errors(self) -> AbstractContextManager[None]:
        return user_errors(openai, self.name, self._card.name)
