"""`touchline leaderboard`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.text import counted


def leaderboard(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder with bundles.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The page; FOLDER/leaderboard.html by default."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(help="Folder or zip of the labels, for bundles that have none."),
    ] = None,
) -> None:
    """Build a static page from the bundles of a folder that verify.

    Example: `touchline leaderboard bundles`
    """
    from touchline.runs import build_leaderboard

    built = build_leaderboard(folder, out, labels)
    say(f"{built.page}: {counted(len(built.listed), 'bundle')} listed")
    for name, why in built.refused.items():
        say(f"{name} is not listed: {why}", err=True)
