"""Plain values made comparable: without clocks, and with floats that are rounded."""

import hashlib
import json
import re

CLOCKS = {
    "at_ms", "seconds", "waited_seconds", "memory_bytes", "windows_per_second",
    "times_real_time", "idle_share", "peak_memory_bytes", "per_second", "left_seconds",
    "last_answer_seconds", "cost_usd_per_hour",
}  # fmt: skip
_DIGITS = 6
_DECIMAL = re.compile(r"-?\d+\.\d+(e-?\d+)?")


def comparable(value):
    """A value of JSON without what depends on the clock or on the order of a sum."""
    match value:
        case dict():
            return {name: comparable(one) for name, one in value.items() if name not in CLOCKS}
        case list() | tuple():
            return [comparable(one) for one in value]
        case str() if _DECIMAL.fullmatch(value):
            # A file of spots holds its numbers as text.
            return comparable(float(value))
        case float():
            # Minus zero and zero print differently and mean the same.
            return float(f"{value:.{_DIGITS}g}") + 0.0
        case _:
            return value


def digest(value):
    """A short hash of a comparable value."""
    text = json.dumps(comparable(value), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
