"""`touchline models env`."""

from typing import Annotated

import typer

from touchline.cli.printing.terminal import say


def env(
    name: Annotated[str, typer.Argument(help="A model of engine worker, or the path of its card.")],
    again: Annotated[bool, typer.Option("--again", help="Make it again if it exists.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be installed, and stop.")
    ] = False,
) -> None:
    """Make the Python environment that a model needs for itself, with pinned packages.

    The commands are printed as they run: uv's where uv is installed, else those of venv and pip.

    Example: `touchline models env videollama2`
    """
    import shlex

    from touchline.errors import UserError
    from touchline.models import WorkerCard, find_card, install_commands, make_environment

    card = find_card(name)
    if not isinstance(card, WorkerCard):
        raise UserError(
            f"model '{card.name}' runs through {card.engine} and needs no environment of its own."
        )
    for requirement in (*card.requirements, *card.sources):
        say(f"  {requirement}")
    if dry_run:
        for step in install_commands(card):
            folder = f"  (in {step.folder})" if step.folder else ""
            say(shlex.join(step.arguments) + folder)
        return
    say(f"{card.name}: {make_environment(card, say, again)}")
