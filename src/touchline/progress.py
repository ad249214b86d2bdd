"""How long work reports its progress: three small protocols that all packages share."""

from typing import Protocol


class Progress(Protocol):
    """Called while one piece of work proceeds."""

    def __call__(self, done: int, total: int, /) -> None:
        """Reports that `done` of `total` units are done."""
        ...


class NamedProgress(Protocol):
    """Called while several pieces of work, each with a name, proceed."""

    def __call__(self, name: str, done: int, total: int, /) -> None:
        """Reports that `done` of `total` units of `name` are done."""
        ...


class Notify(Protocol):
    """Called with a sentence that the user should read while the work proceeds."""

    def __call__(self, sentence: str, /) -> None:
        """Passes the sentence on."""
        ...


def ignore_progress(*_: object) -> None:
    """Takes any of the above and shows nothing."""
