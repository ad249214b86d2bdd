"""The verbs of touchline, imported when they are called: most take longer to import than to run."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Literal

import typer
from typer.core import TyperCommand
from typer.main import get_command

from touchline.cli.program.plain_values import PlainCommand

MARKUP: Literal["markdown"] = "markdown"
"""How the help of verbs is written."""


class LazyVerbs(Mapping[str, Any]):
    """Commands by name, made when they are asked for.

    Args:
        places: of each verb its function or `typer.Typer`, as "module:object".
        hidden: the verbs that help does not show.
    """

    def __init__(self, places: Mapping[str, str], hidden: frozenset[str]) -> None:
        self._places = places
        self._hidden = hidden
        self._made = cache(self._make)

    def __getitem__(self, name: str) -> Any:
        """The command of a verb."""
        return self._made(name)

    def __iter__(self) -> Iterator[str]:
        """The names, in the order of help."""
        return iter(self._places)

    def __len__(self) -> int:
        """How many."""
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a verb, without importing it."""
        return name in self._places

    def _make(self, name: str) -> Any:
        module, _, attribute = self._places[name].partition(":")
        verb = getattr(import_module(module), attribute)
        if isinstance(verb, typer.Typer):
            verb.rich_markup_mode = MARKUP
        return as_command(name, verb, hidden=name in self._hidden)


def as_command(name: str, verb: Any, hidden: bool = False) -> Any:
    """A function with Typer's annotations, or a `typer.Typer`, as a command.

    Args:
        name: of the command.
        verb: the function or app.
        hidden: whether help does not show it.
    """
    app = verb
    if not isinstance(verb, typer.Typer):
        app = typer.Typer(
            add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=MARKUP
        )
        app.command(name, hidden=hidden, cls=PlainCommand)(verb)
    else:
        app._add_completion = False  # it would be that of a program of this name
        for command in app.registered_commands:
            if command.cls in (None, TyperCommand):
                command.cls = PlainCommand
    command = get_command(app)
    command.name = name
    return command
