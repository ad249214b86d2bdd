"""What is in the body of an error: its message, its codes and its whole text.

The protocols nest errors in many ways: an object, a list of one, a `detail`, a text, and JSON as a
text within JSON where a gateway passes on what its provider answered.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_CODE_FIELDS = {
    "code",
    "type",
    "__type",
    "status",
    "reason",
    "param",
    "error_type",
    "error_code",
    "limit_source",
}
_DEEPEST = 12
"""A body may be nested without end."""


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The parts of an error.

    Attributes:
        error: the error in the body, with JSON in its texts decoded.
        message: what to show to the user.
        codes: its codes, types, reasons and parameters, in lower case.
        text: all of it, a line for each text or figure ("message: Forbidden").
    """

    error: Any
    message: str
    codes: frozenset[str]
    text: str


def read_error(body: Any) -> ErrorBody:
    """The parts of the error in a decoded body, whatever it is."""
    error = decoded(_error_of(body))
    codes = {str(code).lower().rpartition("#")[2] for code in _codes(error)}
    return ErrorBody(error, _message_of(error), frozenset(codes), "\n".join(_lines(error)))


def has_error(body: Mapping[str, Any]) -> bool:
    """Whether a body that came with status 200 is an error nevertheless, in any of its forms."""
    is_one = "error" in (body.get("object"), body.get("type"))
    return bool(body.get("error") or _choice_error(body) or is_one or body.get("detail"))


def status_of(body: Any) -> int | None:
    """The HTTP status that an error in a body names; None where its code is not one.

    >>> status_of({"error": {"code": "rate_limit_exceeded"}}) is None
    True
    """
    error = _error_of(body)
    code = error.get("code") if isinstance(error, Mapping) else None
    text = str(code)
    if not (text.isascii() and text.isdigit() and len(text) == 3):
        return None
    return int(text) if 400 <= int(text) < 600 else None


def decoded(value: Any, depth: int = 0) -> Any:
    """A value with the JSON objects in its texts decoded."""
    if depth > _DEEPEST:
        return str(value)[:1000]
    if isinstance(value, Mapping):
        return {str(key): decoded(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [decoded(one, depth + 1) for one in value]
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return decoded(json.loads(value), depth + 1)
        except (ValueError, RecursionError):
            return value
    return value


def fields_named(value: Any, name: str) -> Iterator[Any]:
    """The values of all fields of a name, at any depth."""
    if isinstance(value, Mapping):
        if name in value:
            yield value[name]
        for one in value.values():
            yield from fields_named(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from fields_named(one, name)


def _lines(value: Any, name: str = "") -> Iterator[str]:
    """Each text and figure in a line of its own, so that no words are sought across two of them."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _lines(one, str(key))
    elif isinstance(value, list):
        for one in value:
            yield from _lines(one, name)
    elif value is not None:
        text = " ".join(str(value).split())
        yield f"{name}: {text}" if name else text


def _codes(error: Any) -> Iterator[Any]:
    for name in _CODE_FIELDS:
        yield from (one for one in fields_named(error, name) if isinstance(one, str | int))


def _error_of(body: Any) -> Any:
    """The error of a body; Gemini's compatible endpoint wraps it in a list."""
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, Mapping):
        return body
    return body.get("error") or _choice_error(body) or body.get("detail") or body


def _choice_error(body: Mapping[str, Any]) -> Any:
    """The error that a choice contains instead of an answer, as OpenRouter sends it."""
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first.get("error") if isinstance(first, Mapping) else None


def _message_of(error: Any) -> str:
    """The message; where a gateway only says that its provider failed, with the provider's own."""
    if not isinstance(error, Mapping):
        return error if isinstance(error, str) else json.dumps(error, default=str)
    message = error.get("message") or error.get("Message")
    if isinstance(message, Mapping):
        return read_error(message).message
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    if raw and message:
        return f"{message}: {read_error(raw).message}"
    return str(message) if message else json.dumps(error, ensure_ascii=False, default=str)
