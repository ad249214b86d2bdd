"""What the errors of endpoints mean.

The protocols fix little: OpenAI, OpenRouter, Gemini, Bedrock, vLLM, SGLang, llama.cpp and Ollama
each word their errors differently. What each means is one table, `errors.yaml`; here an error is
taken apart, looked up in it, and completed with the time to wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from touchline.models.api_keys import redact
from touchline.models.endpoint.error_body import ErrorBody, read_error, status_of
from touchline.models.endpoint.error_table import ErrorRow, Protocol, error_rows
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultKind
from touchline.models.endpoint.size_limits import Size, SizeLimit, size_limit, stated_counts
from touchline.models.endpoint.waits import reset_s, retry_after_s
from touchline.models.types import FailureReason
from touchline.text import shorten

_LONG_WAIT_S = 300.0
"""An endpoint that asks to wait longer than this means a quota, not a momentary load."""

_DOWN = {502, 503, 504, 520, 521, 522, 523, 524, 529}
_MAY_BE_PAID = {502, 504, 520, 524}
"""A gateway lost the endpoint behind it, which may have answered and charged. One that refuses
(429, 503) or says that it failed (500) charges nothing."""

_LONGEST_TEXT = 20_000
"""What an error says stands at its beginning; a longer body is a page."""


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An HTTP response that contains an error.

    Attributes:
        status: of the response.
        headers: of the response, names in lower case.
        body: the decoded JSON, or the text where it is not JSON.
        protocol: how the endpoint was asked.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    protocol: Protocol = "openai"


def classify_response(response: ErrorResponse, now_s: float) -> Fault:
    """What an error response means.

    Args:
        response: of the endpoint.
        now_s: now, in seconds since 1970.
    """
    fault = _classified(response, response.status, now_s)
    message = f"HTTP {response.status}: {fault.message}"
    return replace(
        fault,
        message=message,
        is_down=response.status in _DOWN,
        may_be_paid=response.status in _MAY_BE_PAID,
    )


def classify_body_error(response: ErrorResponse, now_s: float) -> Fault:
    """What an error in the body of a 200 means; OpenRouter sends them once generation has begun.

    Args:
        response: of the endpoint.
        now_s: now, in seconds since 1970.
    """
    status = status_of(response.body)
    fault = _classified(response, status, now_s)
    if fault.kind is FaultKind.NEVER and not fault.is_known and status is None:
        fault = replace(fault, kind=FaultKind.AGAIN)
    said = fault.message if status is None else f"{status}: {fault.message}"
    # It came after the endpoint had begun to answer.
    return replace(
        fault,
        message=f"error in the body: {said}",
        reason=FailureReason.ENGINE,
        may_be_paid=fault.kind is FaultKind.AGAIN,
    )


def with_fix(fault: Fault, name: str, key_name: str) -> Fault:
    """A fault whose message, where it ends the model for good, says who refuses and how to fix it.

    Args:
        fault: as it was classified.
        name: of the endpoint and model.
        key_name: NAME of the key.
    """
    if fault.kind not in (FaultKind.HOPELESS, FaultKind.TEMPORARY):
        return fault
    fix = (fault.fix or "check the card").format(key=key_name)
    if fault.kind is FaultKind.TEMPORARY:
        return replace(fault, fix=fix)
    return replace(fault, message=f"{name} refuses: {fault.message}; {fix}.")


def summarize_error(error: object) -> str:
    """An error, or a text about one, as one short clause without secrets.

    Secrets are redacted first: a part of one that shortening leaves would not be recognized.
    """
    return shorten(redact(str(error)))


def _classified(response: ErrorResponse, status: int | None, now_s: float) -> Fault:
    """The fault, without what its HTTP status adds."""
    body = read_error(response.body)
    text = body.text[:_LONGEST_TEXT]
    size = size_limit(text)
    row = _row(response.protocol, status, body, text, size.size if size else None)
    after = retry_after_s(response.headers, body.error, now_s)
    kind = _kind(row, status, after)
    until = None
    if kind is FaultKind.LATER:
        until = reset_s(response.headers, body.error, now_s)
        # A shorter wait beside a quota, such as Google's retryDelay, is that of another one.
        if until is None and after is not None and after > _LONG_WAIT_S:
            until = now_s + after
    return Fault(
        kind,
        summarize_error(body.message),
        row.reason if row else FailureReason.REFUSED,
        after_s=after,
        until_s=until,
        size=_size_of(row, size, text),
        fix=row.fix if row else None,
        is_known=row is not None and bool(row.codes or row.words or row.sizes),
    )


def _row(
    protocol: Protocol, status: int | None, body: ErrorBody, text: str, size: Any
) -> ErrorRow | None:
    fitting = (row for row in error_rows() if row.fits(protocol, status, body.codes, text, size))
    return next(fitting, None)


def _size_of(row: ErrorRow | None, size: SizeLimit | None, text: str) -> SizeLimit | None:
    """The limit that an error is about; a code may name what the sentence does not."""
    if row is None or (row.reason is FailureReason.TOO_LONG and not row.sizes):
        return None
    if row.ends is FaultKind.SMALLER and (size is None or size.size is not Size.IMAGES):
        return stated_counts(text)
    return size if row.ends in (FaultKind.SMALLER, FaultKind.SMALLER_IMAGES) else None


def _kind(row: ErrorRow | None, status: int | None, after_s: float | None) -> FaultKind:
    """What the row says; a load that takes minutes to pass is a quota."""
    if row is None:
        return FaultKind.AGAIN if status is not None and status >= 500 else FaultKind.NEVER
    if row.ends is FaultKind.BUSY and (after_s or 0) > _LONG_WAIT_S:
        return FaultKind.LATER
    return row.ends
