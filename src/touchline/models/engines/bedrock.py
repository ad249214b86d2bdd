"""Models on Amazon Bedrock, such as Nova, through Converse."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
)
from botocore.parsers import ResponseParserError

from touchline.bounded_http import EndlessAnswerError
from touchline.models.answers.answer_checks import dump_json
from touchline.models.api_keys import protect
from touchline.models.card_types.bedrock import BedrockCard
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.card_types.endpoint import is_loopback
from touchline.models.endpoint.connections import connection_fault
from touchline.models.endpoint.dispatcher import make_dispatcher
from touchline.models.endpoint.error_body import has_error, read_error, status_of
from touchline.models.endpoint.http_errors import (
    ErrorResponse,
    classify_body_error,
    classify_response,
    summarize_error,
    with_fix,
)
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError, FaultKind
from touchline.models.engines.bedrock_answers import limit_answers
from touchline.models.engines.images import mp4
from touchline.models.types import Failure, FailureReason, Reply, Request, ServedBy
from touchline.prompts import Image, Text

_NEVER_SENT = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
"""Errors of a request that Bedrock never got, and so never charges."""

_TYPE_HEADER = "x-amzn-errortype"
_IN_THE_BODY = "x-touchline-error-in-the-body"
"""Marks a response whose status was 200 although it is an error."""

_UNREADABLE = (AttributeError, TypeError, ValueError, RecursionError, ResponseParserError)
"""What boto3 raises for a response that is not of Converse's form."""

_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "content_filtered": "content_filter",
    "guardrail_intervened": "content_filter",
}


class BedrockEngine:
    """Several requests in flight against Bedrock, under the limits of its card."""

    def __init__(self, card: BedrockCard) -> None:
        address = card.base_url or f"bedrock {card.region}"
        self._dispatcher = make_dispatcher(_Bedrock(card, address), card, address, "AWS")

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers as they come; see `Dispatcher.replies`."""
        return self._dispatcher.replies(requests)

    def close(self) -> None:
        """Closes the connections."""
        self._dispatcher.close()


class _Bedrock:
    """Asks for one answer; boto3's own retries are off, so that one policy decides.

    boto3 blocks, so each request in flight has a thread.
    """

    def __init__(self, card: BedrockCard, address: str) -> None:
        self.name = f"{address} for model '{card.name}'"
        self._card = card
        config = Config(
            retries={"total_max_attempts": 1},
            read_timeout=card.timeout_s,
            connect_timeout=card.timeout_s,
            max_pool_connections=card.in_flight,
            proxies={} if is_loopback(card.base_url or "") else None,
        )
        session = boto3.Session(region_name=card.region)
        _protect(session)
        self._client = session.client("bedrock-runtime", endpoint_url=card.base_url, config=config)
        limit_answers(self._client, card.timeout_s)
        self._client.meta.events.register("before-parse.bedrock-runtime.Converse", _reveal_error)
        self._threads = ThreadPoolExecutor(card.in_flight, thread_name_prefix="bedrock")

    def prepare(self, request: Request, read_frames: Callable[[], list[bytes]]) -> dict[str, Any]:
        """The arguments of Converse."""
        return converse_arguments(self._card, request, read_frames())

    async def ready(self, request: Request) -> None:
        """Converse needs no preparation."""

    async def ask(self, request: Request, prepared: dict[str, Any]) -> Reply:
        """See `EndpointClient.ask`."""
        started = time.monotonic()
        call = partial(self._client.converse, **prepared)
        try:
            response = await asyncio.get_running_loop().run_in_executor(self._threads, call)
            return self._reply(request.key, response, time.monotonic() - started)
        except (NoCredentialsError, PartialCredentialsError) as error:
            message = f"model '{self._card.name}' needs AWS credentials: {error}."
            fault = Fault(FaultKind.HOPELESS, message, FailureReason.REFUSED)
            raise FaultError(fault) from None
        except ClientError as error:
            raise FaultError(self._classified(error.response)) from None
        except BotoCoreError as error:
            fault = Fault(
                FaultKind.AGAIN,
                summarize_error(error),
                FailureReason.UNREACHABLE,
                is_down=True,
                may_be_paid=not isinstance(error, _NEVER_SENT),
            )
            raise FaultError(fault) from None
        except EndlessAnswerError as error:
            raise FaultError(connection_fault(error)) from None
        except _UNREADABLE as error:
            message = f"no answer can be read: {summarize_error(error) or type(error).__name__}"
            fault = Fault(FaultKind.AGAIN, message, FailureReason.ENGINE, may_be_paid=True)
            raise FaultError(fault) from None

    async def close(self) -> None:
        """Closes the connections."""
        self._client.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _reply(self, key: str, response: Mapping[str, Any], seconds: float) -> Reply:
        if "Error" in response:
            raise FaultError(self._classified(response))
        return read_converse(key, response, seconds)

    def _classified(self, response: Mapping[str, Any]) -> Fault:
        """What an error of Bedrock means; its codes say more than its statuses."""
        code = response["Error"].get("Code", "")
        metadata: Mapping[str, Any] = response.get("ResponseMetadata", {})
        status = metadata.get("HTTPStatusCode", 500)
        body = {"error": {"message": response["Error"].get("Message", ""), "code": code}}
        headers, now_s = metadata.get("HTTPHeaders", {}), time.time()
        found = ErrorResponse(status, headers, body, "bedrock")
        classify = classify_body_error if _IN_THE_BODY in headers else classify_response
        fault = classify(found, now_s)
        named = f"{fault.message} ({code})" if code else fault.message
        return with_fix(replace(fault, message=named), self.name, "AWS")


def _reveal_error(response_dict: dict[str, Any], **_: Any) -> None:
    """Gives an answer with status 200 that is an error, as gateways send it, an error's status.

    boto3 would read it as a response without a message, and lose the error.
    """
    if response_dict["status_code"] != 200:
        return
    try:
        body = json.loads(response_dict["body"])
    except (ValueError, RecursionError):
        return
    if not isinstance(body, dict):
        response_dict["body"] = b"{}"  # boto3 fails on anything else
        return
    if "output" in body:
        return
    says = {name.lower() for name in body}
    if not (has_error(body) or says & {"__type", "message", "code"}):
        return
    error = read_error(body)
    named = body.get("__type") or body.get("code") or response_dict["headers"].get(_TYPE_HEADER)
    code = named if isinstance(named, str) else str(status_of(body) or next(iter(error.codes), ""))
    response_dict["status_code"] = 500
    response_dict["headers"][_IN_THE_BODY] = "yes"
    response_dict["headers"].pop(_TYPE_HEADER, None)
    response_dict["body"] = json.dumps({"__type": code, "message": error.message}).encode()


def converse_arguments(
    card: BedrockCard, request: Request, frames: Sequence[bytes]
) -> dict[str, Any]:
    """The arguments that Converse is called with.

    Args:
        card: the model, and how frames are sent to it.
        request: the question.
        frames: JPEG file of each frame that the messages name, in order.
    """
    content: list[dict[str, Any]] = []
    for is_image, parts in groupby(request.messages.parts, lambda part: isinstance(part, Image)):
        if not is_image:
            content += [{"text": part.text} for part in parts if isinstance(part, Text)]
            continue
        shown = [part.frame for part in parts if isinstance(part, Image)]
        if card.frames_as == "images":
            content += [_block("image", "jpeg", frames[frame]) for frame in shown]
        else:
            times = [request.window.frame_times_ms[frame] for frame in shown]
            clip = mp4([frames[frame] for frame in shown], times)
            content.append(_block("video", "mp4", clip))
    arguments: dict[str, Any] = {
        "modelId": card.model,
        "messages": [{"role": "user", "content": content}],
        **DIALECTS[card.dialect].request(request.generation),
    }
    if request.messages.system:
        arguments["system"] = [{"text": request.messages.system}]
    schema = request.messages.schema
    if card.structured and schema is not None:
        form = {"name": schema.name, "schema": json.dumps(schema.to_json())}
        text_format = {"type": "json_schema", "structure": {"jsonSchema": form}}
        below = arguments.get("outputConfig", {})
        arguments["outputConfig"] = {**below, "textFormat": text_format}
    return arguments


def read_converse(key: str, response: Mapping[str, Any], seconds: float) -> Reply:
    """The reply in a response of Converse.

    Raises:
        FaultError: it contains no message.
    """
    message = (response.get("output") or {}).get("message")
    if message is None:
        message_missing = "the response has no message"
        raise FaultError(Fault(FaultKind.AGAIN, message_missing, FailureReason.ENGINE))
    reason, usage = response.get("stopReason"), response.get("usage") or {}
    blocks = message.get("content") or ()
    texts = [block.get("text") for block in blocks]
    return Reply(
        key=key,
        text="".join(one for one in texts if isinstance(one, str)),
        finish_reason=_REASONS.get(reason, reason) if isinstance(reason, str) else reason,
        seconds=seconds,
        prompt_tokens=usage.get("inputTokens"),
        completion_tokens=usage.get("outputTokens"),
        served=_served(response),
        cached_tokens=usage.get("cacheReadInputTokens"),
        other_fields=tuple(
            (name, _plain(value))
            for block in blocks
            for name, value in block.items()
            if name != "text"
        ),
    )


def _served(response: Mapping[str, Any]) -> ServedBy:
    """Who answered; Converse names a model only where a router chose it."""
    router = (response.get("trace") or {}).get("promptRouter") or {}
    metadata = response.get("ResponseMetadata") or {}
    return ServedBy(
        model=router.get("invokedModelId"),
        response_id=metadata.get("RequestId"),
        service_tier=(response.get("serviceTier") or {}).get("type"),
    )


def _plain(value: Any) -> str:
    """A block of an answer that is no text; of `reasoningContent` its text."""
    reasoning = value.get("reasoningText") if isinstance(value, Mapping) else None
    text = reasoning.get("text") if isinstance(reasoning, Mapping) else None
    return text if isinstance(text, str) else dump_json(value)


def _block(kind: str, form: str, data: bytes) -> dict[str, Any]:
    return {kind: {"format": form, "source": {"bytes": data}}}


def _protect(session: boto3.Session) -> None:
    """Redacts the credentials that AWS finds, and a Bedrock API key, in all output."""
    credentials = session.get_credentials()
    if credentials is not None:
        frozen = credentials.get_frozen_credentials()
        for secret in (frozen.access_key, frozen.secret_key, frozen.token):
            protect(secret or "")
    protect(os.environ.get("AWS_BEARER_TOKEN_BEDROCK", ""))
