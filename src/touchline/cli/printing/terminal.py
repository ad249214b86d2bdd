"""What every verb prints with: text of strangers is shown and never obeyed.

Names, sentences of endpoints and replies may contain escapes that move a cursor or forge lines,
and what looks like markup. All that a verb prints goes through `say` or `make_console`.
"""

import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, TextIO

import typer

from touchline.files import file_error
from touchline.text import inert

if TYPE_CHECKING:
    from rich.console import Console

    from touchline.report import Grid


_UNWATCHED = 1000
"""Characters of a line where no terminal ends it; a table takes only what it needs."""


def say(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Prints a text as it is, with control characters written as codes.

    Args:
        text: any text.
        err: print on standard error.
        nl: end the line.
    """
    with _writing("standard error" if err else "standard output"):
        typer.echo(inert(text), err=err, nl=nl)


def make_console(*, stderr: bool = False) -> "Console":
    """A console for tables, without markup; control characters are written as codes.

    In a pipe or a file, nothing is wrapped and no name is cut.
    """
    console: Console = _console_type()(
        stderr=stderr,
        markup=False,
        emoji=False,
        width=None if _has_width(sys.stderr if stderr else sys.stdout) else _UNWATCHED,
    )
    return console


def print_grids(grids: Sequence["Grid"]) -> None:
    """Prints tables on standard output, with an empty line after each."""
    if _has_width(sys.stdout):
        console = make_console()
        for grid in grids:
            console.print(grid.terminal(), "")
    else:
        # Without rich, which takes longer to import and to print than scoring takes.
        for grid in grids:
            say(grid.text())


def _has_width(stream: TextIO | None) -> bool:
    """Whether an output ends lines at some width; it is None where the shell closed it (`>&-`)."""
    is_terminal = stream is not None and stream.isatty()
    return is_terminal or os.environ.get("COLUMNS", "").isdigit()


class ClosedOutputError(Exception):
    """The reader of the output closed it, as `head` does; no message is needed."""


def make_output_robust() -> None:
    """Keeps what is printed from failing, and files from taking the place of a closed output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def discard_output() -> None:
    """Discards what is still to be written, as Python would fail at it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


@contextmanager
def _writing(what: str) -> Iterator[None]:
    """Turns errors of an output into a sentence.

    Raises:
        ClosedOutputError: the reader has closed it.
        ComeBackLater: the disk that it goes to is full.
    """
    try:
        yield
    except BrokenPipeError as error:
        raise ClosedOutputError from error
    except OSError as error:
        raise file_error(error, f"{what} cannot be written") or error from error


@cache
def _console_type() -> "type[Console]":
    from typing import Any

    from rich.console import Console
    from rich.segment import Segment

    class Inert(Console):
        def print(self, *args: Any, **options: Any) -> None:
            """As a Console's."""
            with _writing("standard output"):
                super().print(*args, **options)

        def on_broken_pipe(self) -> None:
            """Called by a Console instead of raising."""
            raise ClosedOutputError

        def render(self, *args: Any, **options: Any) -> Iterator[Segment]:
            """As a Console's; what the terminal has to obey are its own control segments."""
            for segment in super().render(*args, **options):
                if segment.control is not None:
                    yield segment
                else:
                    yield Segment(inert(segment.text), segment.style)

    return Inert
