"""How long an endpoint asks to wait, in all the forms in which endpoints say so.

A figure may be anything: a wrong clock, a counter in the wrong unit, infinity. It is never taken
for more than a day, so that none can end a run for good, and what is no figure is as not stated.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from touchline.models.endpoint.error_body import fields_named

LONGEST_WAIT_S = 86_400.0
"""A longer wait is cut to a day: the next attempt then learns whether it is over."""

_YEAR_2020_S = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
"""A smaller figure is not a time since 1970."""

_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


def retry_after_s(headers: Mapping[str, str], error: Any, now_s: float) -> float | None:
    """How long an endpoint asks to wait: Retry-After in all its forms, or Google's RetryInfo.

    Args:
        headers: of the response, names in lower case.
        error: the decoded error.
        now_s: now, in seconds since 1970.

    Returns:
        Seconds, more than 0 and at most `LONGEST_WAIT_S`; None where none are stated, or none that
        can be meant: a negative figure, a time in the past, a text.
    """
    milliseconds = _figure(headers.get("retry-after-ms"))
    stated = None if milliseconds is None else milliseconds / 1000
    if stated is None:
        stated = _figure(headers.get("retry-after"))
    if stated is None:
        stated = _until_date(headers.get("retry-after"), now_s)
    if stated is None:
        stated = _retry_info(error)
    return None if stated is None or stated <= 0 else min(stated, LONGEST_WAIT_S)


def reset_s(headers: Mapping[str, str], error: Any, now_s: float) -> float | None:
    """When a quota is available again, in seconds since 1970: OpenRouter's X-RateLimit-Reset.

    It is in the response's headers, or in those that the error's metadata repeats, in
    milliseconds. It is at most a day from now.
    """
    metadata = error.get("metadata") if isinstance(error, Mapping) else None
    repeated = metadata.get("headers") if isinstance(metadata, Mapping) else None
    all_headers = {**headers, **(repeated if isinstance(repeated, Mapping) else {})}
    value = {str(name).lower(): v for name, v in all_headers.items()}.get("x-ratelimit-reset")
    milliseconds = _figure(value)
    if milliseconds is None or milliseconds / 1000 <= _YEAR_2020_S:
        return None
    return min(milliseconds / 1000, now_s + LONGEST_WAIT_S)


def _figure(value: object) -> float | None:
    """A figure of a header; infinity is one, and "soon" and "nan" are none."""
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _until_date(value: str | None, now_s: float) -> float | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now_s
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _retry_info(error: Any) -> float | None:
    """Google's RetryInfo: "32s", or seconds and nanoseconds."""
    for delay in fields_named(error, "retryDelay"):
        if isinstance(delay, str) and (found := _SECONDS.fullmatch(delay.strip())):
            return float(found[1])
        if isinstance(delay, Mapping):
            return _figure(delay.get("seconds"))
    return None
