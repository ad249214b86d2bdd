"""What the errors of endpoints that speak OpenAI's protocol mean.

The protocol fixes little: OpenAI, OpenRouter, Gemini's compatible endpoint, vLLM, SGLang, llama.cpp
and Ollama each word their errors differently. What the status does not tell is recognized by the
words that these servers use.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from touchline.models.answer_checks import dump_json
from touchline.models.api_keys import redact
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultKind
from touchline.models.types import FailureReason
from touchline.text import shorten

_LONG_WAIT_S = 300.0
"""An endpoint that asks to wait longer than this means a quota, not a momentary load."""

_TOO_MANY_IMAGES = re.compile(
    r"too many (images|image|frames)|at most \d+ image|maximum (number )?of images|max(imum)? "
    r"\d+ images|image count|images? (exceeds?|limit)|number of images",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context.{0,20}(length|window|size)|max_model_len"
    r"|maximum (input|prompt|model)? ?(length|tokens)"
    r"|(prompt|input|request|payload|body).{0,40}too (long|large)|reduce the length|token count"
    r"|tokens? (limit|exceed)|exceeds? the (maximum|limit|available context)",
    re.IGNORECASE,
)
_LONGEST_ASKED_S = 31 * 86_400.0
"""A longer wait than the longest quota, a month, is taken for one of a month."""

_YEAR_2020_MS = datetime(2020, 1, 1, tzinfo=UTC).timestamp() * 1000
"""A smaller figure is not a time since 1970 in milliseconds."""

_PER_DAY = re.compile(r"per[ _-]?day|daily|\b[RT]PD\b", re.IGNORECASE)
_NO_CREDIT = re.compile(r"insufficient[ _](quota|credits?|funds|balance)", re.IGNORECASE)
_BAD_KEY = re.compile(r"API[_ ]?key[_ ]?.{0,20}(invalid|not valid|expired)", re.IGNORECASE)
_MODERATED = re.compile(r"moderat|flagged|content (policy|filter)|safety", re.IGNORECASE)

_AGAIN = {408, 409, 425, 500}
_BUSY = {429, 503, 529}
_DOWN = {502, 503, 504, 520, 521, 522, 523, 524, 529}
_HOPELESS = {401, 402, 403, 404, 405}
_TOO_MUCH = {400, 413, 422}
_UNSUPPORTED = {"unsupported_parameter", "unsupported_value"}


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An HTTP response that contains an error.

    Attributes:
        status: of the response, or the code in its body.
        headers: of the response, names in lower case.
        body: the decoded JSON, or the text where it is not JSON.
    """

    status: int
    headers: Mapping[str, str]
    body: Any


def classify_response(response: ErrorResponse, now_s: float) -> Fault:
    """What an error response means.

    Args:
        response: of the endpoint.
        now_s: now, in seconds since 1970.
    """
    error = _error_of(response.body)
    text = dump_json(error) if isinstance(error, Mapping) else str(error)
    message = f"HTTP {response.status}: {summarize_error(_message_of(error))}"
    after = retry_after_s(response.headers, error, now_s)

    kind, reason = _meaning(response.status, text, error, after)
    until = None
    if kind is FaultKind.LATER:
        until = reset_s(response.headers, error, now_s)
        if until is None and not _PER_DAY.search(text) and after is not None:
            until = now_s + after
    is_down = response.status in _DOWN
    return Fault(kind, message, reason, after_s=after, until_s=until, is_down=is_down)


def classify_body_error(body: Mapping[str, Any], headers: Mapping[str, str], now_s: float) -> Fault:
    """What an error in the body of a 200 means; OpenRouter sends them once generation has begun."""
    error = _error_of(body)
    code = error.get("code") if isinstance(error, Mapping) else None
    number = int(str(code)) if str(code).isdigit() else 0
    status = number if 400 <= number < 600 else 500
    found = classify_response(ErrorResponse(status, headers, body), now_s)
    message = f"error in the body: {found.message.removeprefix('HTTP ')}"
    return replace(found, message=message, reason=FailureReason.ENGINE, is_down=False)


def retry_after_s(headers: Mapping[str, str], error: Any, now_s: float) -> float | None:
    """How long an endpoint asks to wait: Retry-After in all its forms, or Google's RetryInfo."""
    with_ms = headers.get("retry-after-ms")
    if with_ms and _is_number(with_ms):
        return _bounded(float(with_ms) / 1000)
    value = headers.get("retry-after")
    if value and _is_number(value):
        return _bounded(float(value))
    if value:
        try:
            moment = parsedate_to_datetime(value)
            return _bounded(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now_s)
        except (ValueError, OverflowError):
            return None
    delay = re.search(r'"retryDelay": ?"([0-9]+(?:\.[0-9]+)?)s"', dump_json(error))
    return _bounded(float(delay[1])) if delay else None


def reset_s(headers: Mapping[str, str], error: Any, now_s: float) -> float | None:
    """When a quota is available again, in seconds since 1970: OpenRouter's X-RateLimit-Reset.

    It is in the response's headers, or in those that the error's metadata repeats, in
    milliseconds.
    """
    metadata = error.get("metadata") if isinstance(error, Mapping) else None
    repeated = metadata.get("headers") if isinstance(metadata, Mapping) else None
    all_headers = {**headers, **(repeated if isinstance(repeated, Mapping) else {})}
    value = {str(name).lower(): v for name, v in all_headers.items()}.get("x-ratelimit-reset")
    if value is None or not _is_number(str(value)):
        return None
    milliseconds = float(value)
    if not _YEAR_2020_MS < milliseconds < float("inf"):
        return None
    return min(milliseconds / 1000, now_s + _LONGEST_ASKED_S)


def summarize_error(error: object) -> str:
    """An error, or a text about one, as one short clause without secrets.

    Secrets are redacted first: a part of one that shortening leaves would not be recognized.
    """
    return shorten(redact(str(error)))


def _meaning(
    status: int, text: str, error: Any, after_s: float | None
) -> tuple[FaultKind, FailureReason]:
    if _BAD_KEY.search(text) or _NO_CREDIT.search(text):
        return FaultKind.HOPELESS, FailureReason.REFUSED
    if status in _TOO_MUCH:
        return _too_much(status, text, error)
    kind = FaultKind.NEVER
    if status in _HOPELESS and not _MODERATED.search(text):
        kind = FaultKind.HOPELESS
    elif status in _BUSY:
        is_quota = _PER_DAY.search(text) or (after_s or 0) > _LONG_WAIT_S
        kind = FaultKind.LATER if is_quota else FaultKind.BUSY
    elif status in _AGAIN or status >= 500:
        kind = FaultKind.AGAIN
    return kind, FailureReason.REFUSED


def _too_much(status: int, text: str, error: Any) -> tuple[FaultKind, FailureReason]:
    if _TOO_MANY_IMAGES.search(text):
        return FaultKind.SMALLER, FailureReason.REFUSED
    if status == 413 or _TOO_LONG.search(text):
        return FaultKind.SMALLER, FailureReason.TOO_LONG
    if isinstance(error, Mapping) and error.get("code") in _UNSUPPORTED:
        return FaultKind.HOPELESS, FailureReason.REFUSED
    return FaultKind.NEVER, FailureReason.REFUSED


def _error_of(body: Any) -> Any:
    """The error of a body; Gemini's compatible endpoint wraps it in a list."""
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, Mapping):
        return body.get("error") or body.get("detail") or body
    return body


def _message_of(error: Any) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    message = error.get("message")
    return str(message) if message else dump_json(error)


def _bounded(wait_s: float) -> float:
    """A wait that an endpoint asks for, from 0 to a month."""
    return min(max(0.0, wait_s), _LONGEST_ASKED_S)


def _is_number(text: str) -> bool:
    try:
        return float(text) >= 0
    except ValueError:
        return False
