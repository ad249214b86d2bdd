"""The one door for what endpoints say: types, ranges and sizes of every field of an answer.

`Reply`, `ServedBy` and `Failure` check themselves with these functions when they are made, by an
engine, by another package or from a journal. Nothing that an endpoint writes can crash what comes
after: a value that cannot be used becomes None, and the reply names it under `unusable`.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any

from touchline.text import shorten

MOST_TOKENS = 2**31 - 1
"""The most tokens that a count may name: what the journal's index holds."""

MOST_CHARACTERS = 4_000_000
"""Of a reply: a million tokens. The rest is cut off."""

_MOST_USD = 1e6
_MOST_SECONDS = 1e9
_MOST_BYTES = 2**63 - 1
_MOST_GENERATED = 1_000_000
_LEAST_LOGPROB = -9999.0
"""What endpoints write for a token of no probability; an infinite one cannot be added up."""

_ROUNDING = 1e-3
"""How far above 0 a log-probability may be by rounding."""

_KINDS: dict[type, str] = {
    list: "list",
    tuple: "list",
    dict: "JSON object",
    bytes: "bytes",
}
"""What values are called in JSON."""

_LONGEST_NAME = 200
_LONGEST_REASON = 80
_MOST_FIELDS = 16

Check = Callable[[Any], Any]


def checked_fields(owner: object, checks: "Checks") -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of an object that have to be replaced, and what could not be used.

    Args:
        owner: has the fields.
        checks: of the fields.
    """
    changed: dict[str, Any] = {}
    unusable = []
    for name, (check, instead) in checks.items():
        value = getattr(owner, name)
        try:
            usable = check(value)
        except (ValueError, TypeError, OverflowError, AttributeError):
            usable = instead
            unusable.append(f"{name} is {describe(value)}")
        if usable is not value:
            changed[name] = usable
            if isinstance(value, str) and isinstance(usable, str):
                unusable.append(f"{name} was cut to {len(usable):,} characters")
    return changed, tuple(unusable)


def describe(value: Any) -> str:
    """A value in a few words; of any size and depth."""
    if isinstance(value, str):
        return f"the text {shorten(value[:_LONGEST_REASON], 40)!r}"
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        return "out of range" if 1e18 < abs(value) < math.inf else f"{value}"
    return f"a {_KINDS.get(type(value), 'value')}"


def dump_json(value: Any) -> str:
    """What an endpoint wrote, as JSON for the journal; at most `MOST_CHARACTERS` of it."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)[:MOST_CHARACTERS]
    except (ValueError, RecursionError):
        return describe(value)


def token_count(value: Any) -> int | None:
    """A number of tokens, also where it was written as text or as 12.0."""
    count = _number(value)
    if count is None:
        return None
    if count != int(count) or not 0 <= count <= MOST_TOKENS:
        raise ValueError(value)
    return int(count)


def usd(value: Any) -> float | None:
    """An amount of US dollars, also where it was written as text."""
    return _float_within(value, _MOST_USD)


def seconds(value: Any) -> float:
    """A duration."""
    found = _float_within(value, _MOST_SECONDS)
    if found is None:
        raise ValueError(value)
    return found


def byte_count(value: Any) -> int | None:
    """A size of memory."""
    found = _number(value)
    if found is not None and not 0 <= found <= _MOST_BYTES:
        raise ValueError(value)
    return None if found is None else int(found)


def reply_text(value: Any) -> str:
    """The text of a reply."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value if len(value) <= MOST_CHARACTERS else value[:MOST_CHARACTERS]


def short_text(value: Any) -> str | None:
    """An id or a name; a number is written out."""
    if value is None or (isinstance(value, str) and len(value) <= _LONGEST_NAME):
        return value or None
    if isinstance(value, str):
        return value[:_LONGEST_NAME]
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18:
        return str(value)
    raise TypeError(value)


def finish_reason(value: Any) -> str | None:
    """Why an answer ended: a text, a number, or an object with a `type`, as SGLang writes it."""
    if isinstance(value, Mapping):
        value = value["type"] if isinstance(value.get("type"), str) else describe(value)
    if isinstance(value, str) and len(value) <= _LONGEST_REASON:
        return value
    if value is None:
        return None
    return shorten(value, _LONGEST_REASON) if isinstance(value, str) else describe(value)


def tokens(value: Any) -> tuple[tuple[str, float], ...]:
    """Text and log-probability of each token; all of them, as a gap would shift the others."""
    found = value if isinstance(value, tuple) else tuple(value)
    if len(found) > _MOST_GENERATED:
        raise ValueError(len(found))
    if all(
        type(part) is str and type(likely) is float and _LEAST_LOGPROB <= likely <= 0.0
        for part, likely in found
    ):
        return found
    return tuple((_token_text(part), _logprob(likely)) for part, likely in found)


def texts(value: Any) -> tuple[str, ...]:
    """Short texts of touchline's own, such as what an engine reduced."""
    found: tuple[Any, ...] = value if isinstance(value, tuple) else tuple(value)
    if not all(isinstance(one, str) for one in found):
        raise TypeError(found)
    return found


def other_fields(value: Any) -> tuple[tuple[str, str], ...]:
    """Names and texts of the fields beside the answer's own."""
    pairs: Iterable[Any] = value if isinstance(value, tuple) else tuple(value)
    found = []
    for name, text in pairs:
        if not isinstance(name, str):
            raise TypeError(name)
        found.append((name[:_LONGEST_NAME], reply_text(text)))
    return tuple(found[:_MOST_FIELDS])


def _number(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, str):
        value = float(value[:_LONGEST_REASON])
    if not isinstance(value, Real):
        raise TypeError(value)
    if not isinstance(value, int) and not math.isfinite(value):
        raise ValueError(value)
    return value


def _float_within(value: Any, most: float) -> float | None:
    found = _number(value)
    if found is None:
        return None
    if not 0 <= found <= most:
        raise ValueError(value)
    return float(found)


def _token_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _logprob(value: Any) -> float:
    found = float(value)
    if math.isnan(found) or found > _ROUNDING:
        raise ValueError(value)
    return max(_LEAST_LOGPROB, min(0.0, found))


Checks = Mapping[str, tuple[Check, Any]]
"""For each field its check, and what stands in place of a value that it refuses."""

_SERVED_FIELDS = ("model", "version", "fingerprint", "provider", "response_id", "service_tier")

SERVED_CHECKS: Checks = dict.fromkeys(_SERVED_FIELDS, (short_text, None))

COUNT_CHECKS: Checks = {
    "seconds": (seconds, 0.0),
    "prompt_tokens": (token_count, None),
    "completion_tokens": (token_count, None),
    "cost_usd": (usd, None),
}

REPLY_CHECKS: Checks = {
    **COUNT_CHECKS,
    "text": (reply_text, ""),
    "finish_reason": (finish_reason, None),
    "tokens": (tokens, ()),
    "memory_bytes": (byte_count, None),
    "waited_seconds": (seconds, 0.0),
    "lowered": (texts, ()),
    "attention": (short_text, None),
    "cached_tokens": (token_count, None),
    "reasoning_tokens": (token_count, None),
    "other_fields": (other_fields, ()),
    "unusable": (texts, ()),
}
