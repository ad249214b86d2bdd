"""Values of an object in a file of strangers, each of the type that is expected."""

import math
from typing import Any

from touchline.games import UnreadableEntryError


class EntryFields:
    """The values of one JSON object.

    Args:
        entry: what should be an object.
        what: how messages call it.

    Raises:
        UnreadableEntryError: it is not an object.
    """

    def __init__(self, entry: Any, what: str = "it") -> None:
        if not isinstance(entry, dict):
            raise UnreadableEntryError(f"{what} is not an object")
        self.values = entry

    def has(self, key: str) -> bool:
        """Whether there is such a value, and it is not null."""
        return self.values.get(key) is not None

    def text(self, key: str) -> str:
        """A text.

        Raises:
            UnreadableEntryError: it is missing or something else.
        """
        value = self._value(key)
        if not isinstance(value, str):
            raise wrong(key, value, "text")
        return value

    def number(self, key: str) -> float:
        """A number, also one that is written as text.

        Raises:
            UnreadableEntryError: it is missing or something else.
        """
        return number(key, self._value(key))

    def whole(self, key: str) -> int:
        """A whole number, also one that is written as text.

        Raises:
            UnreadableEntryError: it is missing or something else.
        """
        value = self.number(key)
        if value != int(value):
            raise wrong(key, self.values[key], "a whole number")
        return int(value)

    def items(self, key: str) -> list[Any]:
        """A list.

        Raises:
            UnreadableEntryError: it is missing or something else.
        """
        value = self._value(key)
        if not isinstance(value, list):
            raise wrong(key, value, "a list")
        return value

    def object(self, key: str) -> "EntryFields":
        """An object.

        Raises:
            UnreadableEntryError: it is missing or something else.
        """
        return EntryFields(self._value(key), f"'{key}'")

    def _value(self, key: str) -> Any:
        if key not in self.values:
            raise UnreadableEntryError(f"'{key}' is missing")
        return self.values[key]


def number(key: str, value: Any) -> float:
    """A finite number, also one that is written as text.

    Raises:
        UnreadableEntryError: it is something else.
    """
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise TypeError
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise wrong(key, value, "a number") from None
    if not math.isfinite(found):
        raise wrong(key, value, "a number")
    return found


def wrong(key: str, value: Any, expected: str) -> UnreadableEntryError:
    """The error about a value that is of another kind."""
    return UnreadableEntryError(f"'{key}' is {str(repr(value))[:40]}, not {expected}")
