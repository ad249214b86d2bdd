"""`touchline merge`."""

from pathlib import Path
from typing import Annotated

import typer


def merge(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting, such as merge.method=soft-nms; may be repeated."),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="YAML with a section 'merging:', as touchline tune writes.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Merge a run's replies anew with other settings: spots, scores and report; no model is asked.

    Example: `touchline merge runs/demo --set merge.method=soft-nms --set merge.window=6`
    """
    import json

    from rich.console import Console

    from touchline.report import leaderboard_json, terminal_table
    from touchline.runs import finish, with_merging

    bench = with_merging(folder, settings, changes or [])
    scoring = bench.scoring
    done = finish(folder, bench.merging, scoring.tolerance, scoring.min_coverage)
    if as_json:
        shown = {"leaderboard": leaderboard_json(done.rows), "report": str(done.report)}
        typer.echo(json.dumps(shown, indent=1))
    else:
        Console().print(terminal_table(done.rows))
        typer.echo(f"report: {done.report}")
