"""`touchline init`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say


def init(
    data: Annotated[Path, typer.Argument(help="Folder of games: league/season/game below it.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="File to write; it must not exist yet.")
    ] = Path("bench.yaml"),
) -> None:
    """Write a commented benchmark to start from, for a folder of games.

    Example: `touchline init /data/SoccerNet`
    """
    from touchline.errors import UserError
    from touchline.files import write_atomically
    from touchline.runs import starter_bench

    if out.exists():
        raise UserError(f"{out} exists already: choose another file with --out.")
    text = starter_bench(data, out)
    write_atomically(out, text)
    say(text.splitlines()[0].removeprefix("# "))
    say(f"benchmark: {out}; estimate it with: touchline run {out} --dry-run")
