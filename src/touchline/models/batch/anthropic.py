"""Anthropic's Message Batches: requests at half the price, answered within a day.

https://platform.claude.com/docs/en/build-with-claude/batch-processing (checked in November 2026):
at most 100,000 requests and 256 MB a batch; one that exceeds its 24 hours keeps the answers it
has; results are kept for 29 days. A `custom_id` has at most 64 letters, digits, "_" and "-".

A batch has no name of its own, so the `custom_id` of each request is the name of its shard and the
request's key. They can be read once the batch has ended.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anthropic
import httpx2

from touchline.errors import ComeBackLater
from touchline.models.answers.reply_costs import priced
from touchline.models.api_keys import required_key, without_secrets
from touchline.models.batch.sdk_errors import user_errors
from touchline.models.batch.types import DISCOUNT, BatchStatus, answers_of_line
from touchline.models.card_types.anthropic import AnthropicCard
from touchline.models.endpoint.connections import client_options
from touchline.models.endpoint.http_errors import summarize_error
from touchline.models.engines.anthropic.message_format import message_body, read_message
from touchline.models.types import Failure, FailureReason, Reply, Request

_PATH = "/v1/messages/batches"
_KEY_LENGTH = 32
"""Of a request's key, and of a shard's name: together as long as a `custom_id` may be."""
_ID_AT = len(b'{"custom_id":"')
_ENDED = "ended"


def open_batches(card: AnthropicCard) -> "AnthropicBatches":
    """The batch API of a card's endpoint.

    Raises:
        UserError: there is no key.
    """
    client = anthropic.Anthropic(
        base_url=card.base_url,
        api_key=required_key(card.api_key_env, card.name),
        timeout=card.timeout_s,
        max_retries=card.retries,
        http_client=anthropic.DefaultHttpxClient(**client_options(card.base_url)),
    )
    return AnthropicBatches(card, client)


class AnthropicBatches:
    """See `BatchService`.

    Args:
        card: the model.
        client: of its endpoint.
    """

    max_bytes = 200_000_000
    """A body of 256 MB is accepted; it is in memory while it is sent."""
    max_requests = 100_000

    def __init__(self, card: AnthropicCard, client: anthropic.Anthropic) -> None:
        self._card = card
        self._client = client
        self.name = f"the batch API at {card.base_url}"

    def line(self, request: Request, frames: Sequence[bytes]) -> bytes:
        """See `BatchService.line`."""
        values = {"custom_id": request.key, "params": message_body(self._card, request, frames)}
        return json.dumps(values, separators=(",", ":")).encode() + b"\n"

    def submit(self, shard: str, file: Path) -> str:
        """See `BatchService.submit`."""
        mark = shard.encode()
        lines = (line.strip() for line in file.read_bytes().splitlines())
        named = (line[:_ID_AT] + mark + line[_ID_AT:] for line in lines if line)
        body = b'{"requests":[' + b",".join(named) + b"]}"
        with self._user_errors():
            response = self._client.post(
                _PATH,
                content=body,
                cast_to=httpx2.Response,
                options={"headers": {"Content-Type": "application/json"}},
            )
        return str(json.loads(response.content)["id"])

    def find(self, shard: str) -> str | None:
        """See `BatchService.find`.

        Raises:
            ComeBackLater: a batch has not ended, so that nothing says yet whose it is.
        """
        unfinished = 0
        with self._user_errors():
            for batch in self._client.messages.batches.list():
                if batch.processing_status != _ENDED:
                    unfinished += 1
                elif self._shard_of(batch.id) == shard:
                    return str(batch.id)
        if unfinished:
            raise ComeBackLater(
                f"a batch was submitted to {self.name} and its id was lost when the run was "
                f"killed; {unfinished} of your batches have not ended, and only then is it known "
                "whose they are: run again within a day."
            )
        return None

    def status(self, batch: str) -> BatchStatus:
        """See `BatchService.status`."""
        with self._user_errors():
            found = self._client.messages.batches.retrieve(batch)
        counts = found.request_counts
        done = counts.succeeded + counts.errored
        return BatchStatus(found.processing_status == _ENDED, done)

    def results(self, batch: str) -> Iterator[Reply | Failure]:
        """See `BatchService.results`."""
        for line in self._lines(batch):
            for answer in answers_of_line(line, "custom_id", self._answer):
                yield replace(answer, key=answer.key[-_KEY_LENGTH:])

    def forget(self, batch: str) -> None:
        """See `BatchService.forget`: the batch is deleted, with its requests and results."""
        with self._user_errors():
            try:
                self._client.messages.batches.delete(batch)
            except anthropic.NotFoundError:
                return  # it has expired, or a run that was killed had removed it

    def close(self) -> None:
        """See `BatchService.close`."""
        self._client.close()

    def _lines(self, batch: str) -> list[bytes]:
        """The results of a batch that has ended, one line each."""
        with self._user_errors():
            path = f"{_PATH}/{batch}/results"
            response = self._client.get(path, cast_to=httpx2.Response)
        return [line for line in response.content.splitlines() if line.strip()]

    def _shard_of(self, batch: str) -> str | None:
        """The shard that a batch was made of; None where touchline did not make it."""
        lines = self._lines(batch)
        named = next(answers_of_line(lines[0], "custom_id", self._answer), None) if lines else None
        return named.key[:-_KEY_LENGTH] if named else None

    def _answer(self, line: dict[str, Any]) -> Reply | Failure:
        """One line of the results."""
        key, result = line["custom_id"], line["result"]
        if result["type"] != "succeeded":
            error = (result.get("error") or {}).get("error") or {}
            said = error.get("message") or result["type"]
            return Failure(key, FailureReason.ENGINE, f"in the batch: {summarize_error(said)}")
        answer = read_message(key, result["message"], 0.0)
        if isinstance(answer, Failure):
            return answer
        return without_secrets(priced(answer, self._card.price, DISCOUNT))

    def _user_errors(self) -> AbstractContextManager[None]:
        return user_errors(anthropic, self.name, self._card.name)
