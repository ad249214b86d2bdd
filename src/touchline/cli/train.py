"""`touchline train`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say

train_app = typer.Typer(help="Train models.", no_args_is_help=True)


@train_app.callback()
def _keep_subcommands() -> None:
    """Train models."""


@train_app.command("demo")
def train_demo(
    matches: Annotated[Path, typer.Option(help="Folder of the rendered matches.")],
    out: Annotated[Path, typer.Option(help="Folder for the checkpoint.")],
) -> None:
    """Train the built-in model again, from scratch, on the rendered matches.

    It takes about 40 minutes of one CPU core and uses nothing else.

    Example: `touchline train demo --matches matches --out models/demo`
    """
    import logging

    from touchline.train import train_demo as train

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("touchline").setLevel(logging.INFO)
    train(matches, out)
    say(f"checkpoint: {out}")
