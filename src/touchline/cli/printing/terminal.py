"""What every verb prints with: text of strangers is shown and never obeyed.

Names, sentences of endpoints and replies may contain escapes that move a cursor or forge lines,
and what looks like markup. All that a verb prints goes through `say` or `make_console`.
"""

from functools import cache
from typing import TYPE_CHECKING

import typer

from touchline.text import inert

if TYPE_CHECKING:
    from rich.console import Console


def say(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Prints a text as it is, with control characters written as codes.

    Args:
        text: any text.
        err: print on standard error.
        nl: end the line.
    """
    typer.echo(inert(text), err=err, nl=nl)


def make_console(*, stderr: bool = False) -> "Console":
    """A console for tables, without markup; control characters are written as codes."""
    console: Console = _console_type()(stderr=stderr, markup=False, emoji=False)
    return console


@cache
def _console_type() -> "type[Console]":
    from collections.abc import Iterator
    from typing import Any

    from rich.console import Console
    from rich.segment import Segment

    class Inert(Console):
        def render(self, *args: Any, **options: Any) -> Iterator[Segment]:
            """As a Console's; what the terminal has to obey are its own control segments."""
            for segment in super().render(*args, **options):
                if segment.control is not None:
                    yield segment
                else:
                    yield Segment(inert(segment.text), segment.style)

    return Inert
