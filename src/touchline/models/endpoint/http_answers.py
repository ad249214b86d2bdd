"""The answer in an HTTP response, for every endpoint that is asked with JSON over HTTP."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx2

from touchline.models.endpoint.error_body import has_error
from touchline.models.endpoint.http_errors import (
    ErrorResponse,
    classify_body_error,
    summarize_error,
)
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError, FaultKind
from touchline.models.types import Failure, FailureReason, Reply


def decoded_json(response: httpx2.Response) -> Any:
    """The JSON of a response, whatever its content type; its text where it is not JSON.

    JSON that is nested too deeply to be read is not JSON, and an unknown charset is UTF-8.
    """
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return response.content.decode(errors="replace")


def reply_in(response: httpx2.Response, read: Callable[[Any], Reply | Failure]) -> Reply:
    """The reply in a response with status 200, which may still contain an error.

    Args:
        response: of the endpoint.
        read: reads its decoded body.

    Raises:
        FaultError: it contains an error, or no reply.
    """
    body = decoded_json(response)
    if isinstance(body, str):
        kind = response.headers.get("content-type", "no type")
        message = f"the reply is not JSON ({kind}): {summarize_error(body)}"
        raise FaultError(Fault(FaultKind.AGAIN, message, FailureReason.ENGINE, may_be_paid=True))
    answer = read(body)
    if isinstance(answer, Reply):
        return answer
    if isinstance(body, Mapping) and has_error(body):
        found = ErrorResponse(response.status_code, response.headers, body)
        fault = classify_body_error(found, time.time())
        raise FaultError(replace(fault, paid=answer))
    raise FaultError(
        Fault(FaultKind.AGAIN, answer.message, answer.reason, paid=answer, may_be_paid=True)
    )
