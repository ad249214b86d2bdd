"""`touchline verify`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.errors import EXIT_USER


def verify_bundle(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A file of `touchline pack`.")],
    labels: Annotated[
        Path | None,
        typer.Option(help="Folder or zip of the labels, where the bundle has none."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Score a bundle again from its replies, and say whether every figure is the same.

    It ends with exit code 2 where a figure differs.

    Example: `touchline verify demo.touchline.zip`
    """
    from touchline.runs import verify

    found = verify(bundle, labels)
    if as_json:
        values = {
            "same": not found.different,
            "figures": found.figures,
            "rounded": found.rounded,
            "different": found.different,
            "manifest": found.manifest.model_dump(mode="json", exclude={"files"}),
            "leaderboard": found.leaderboard,
        }
        say(json.dumps(values, indent=1, ensure_ascii=False))
    else:
        say(f"{bundle}: {found.sentence}")
        for note in found.manifest.notes:
            say(note)
    if found.different:
        raise typer.Exit(EXIT_USER)
