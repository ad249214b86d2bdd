"""The rule for errors that the table does not know: the same one again and again ends the model.

An endpoint that refuses the first windows of a model all alike, and has answered none, will most
likely refuse the thousands after them. Asking them all would cost hours, and money where tries are
counted, to learn nothing.
"""

import re
from collections import defaultdict

from touchline.models.endpoint.rate_limiting.faults import Fault, FaultKind
from touchline.models.types import FailureReason

SAME_ERRORS = 5
"""Windows that fail alike before the model is ended."""

_VARIABLE = re.compile(r"\b(?=\w*\d)[\w-]{6,}\b|\d+|\"[^\"]*\"|'[^']*'")
"""Parts of a message that differ between windows: identifiers, numbers and quotations."""

_LONGEST = 120
_TOO_MUCH = (FaultKind.SMALLER, FaultKind.SMALLER_IMAGES)
"""A window is given up for these when it cannot become smaller; then no other will pass."""


class RepeatedErrors:
    """Counts the windows of one model that failed alike, until one is answered.

    Args:
        enough: how many end the model.
    """

    def __init__(self, enough: int = SAME_ERRORS) -> None:
        self._enough = enough
        self._answered = False
        self._windows: defaultdict[tuple[FaultKind, str], set[str]] = defaultdict(set)

    def answered(self) -> None:
        """A window was answered, so what fails may concern only some windows."""
        self._answered = True

    def failed(self, key: str, fault: Fault) -> bool:
        """Counts a window that was given up.

        Args:
            key: of the window.
            fault: of its last attempt.

        Returns:
            Whether the model should be ended.
        """
        if self._answered or fault.is_down or fault.reason is FailureReason.UNREACHABLE:
            return False
        is_unknown = fault.kind in (FaultKind.NEVER, FaultKind.AGAIN) and not fault.is_known
        if not is_unknown and fault.kind not in _TOO_MUCH:
            return False
        windows = self._windows[fault.kind, _alike(fault.message)]
        windows.add(key)
        return len(windows) >= self._enough


def _alike(message: str) -> str:
    """A message without what differs between windows."""
    return _VARIABLE.sub("#", message.lower())[:_LONGEST]
