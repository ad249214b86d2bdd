"""An unexpected error about one window is a failure of that window, not the end of a run."""

from touchline.models.api_keys import redact
from touchline.models.types import Failure, FailureReason
from touchline.text import shorten

MOST_UNEXPECTED = 16
"""After so many windows in a row that ended in an unexpected error, the error is not theirs: an
engine raises it."""


def unexpected_failure(key: str, error: BaseException) -> Failure:
    """The failure of a window.

    Args:
        key: of its request.
        error: what was raised.
    """
    try:
        what = f"{type(error).__name__}: {error}"
    except Exception:  # an error may fail to describe itself, such as one that is nested too deep
        what = type(error).__name__
    return Failure(key, FailureReason.ENGINE, f"an unexpected error: {shorten(redact(what))}")
