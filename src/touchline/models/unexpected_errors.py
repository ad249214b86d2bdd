"""An unexpected error about one window is a failure of that window, not the end of a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from touchline.models.api_keys import redact
from touchline.models.types import Failure, FailureReason
from touchline.text import shorten

MOST_UNEXPECTED = 16
"""After so many windows in a row that ended in an unexpected error, the error is not theirs: an
engine raises it."""


class CodeEndedError(Exception):
    """Code that touchline called wanted to end the program."""


@contextmanager
def no_exit() -> Iterator[None]:
    """Around code of a checkpoint: what ends the program there is an error like any other.

    A subclass of SystemExit is this program's own, such as that of a worker that is told to end.

    Raises:
        CodeEndedError: it called `sys.exit`.
    """
    try:
        yield
    except SystemExit as error:
        if type(error) is not SystemExit:
            raise
        raise CodeEndedError(f"its code ended the program (SystemExit: {error.code})") from error


def unexpected_failure(key: str, error: Exception) -> Failure:
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
