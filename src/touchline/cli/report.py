"""`touchline report`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say


def report(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs.")],
    tables: Annotated[
        Path | None,
        typer.Option(help="Folder for tables (CSV, Markdown, LaTeX) and figures (SVG, PNG)."),
    ] = None,
    score_anyway: Annotated[
        bool, typer.Option("--score-anyway", help="Also score models under scoring.min_coverage.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Write the report of each run again from its replies, without asking any model.

    Example: `touchline report runs/demo --tables paper`
    """
    import json

    from touchline.report import export_files, leaderboard_json
    from touchline.runs import PlanFile, finish, read_run_bench

    shown = []
    for folder, name in zip(runs, _own_names(runs), strict=True):
        PlanFile.read(folder)  # raises where the folder is not a run
        bench = read_run_bench(folder)
        scoring = bench.scoring
        if score_anyway:
            scoring = scoring.model_copy(update={"score_anyway": True})
        finished = finish(folder, bench.merging, scoring)
        files = []
        if tables is not None:
            files = export_files(finished.data, tables / name if len(runs) > 1 else tables)
        leaderboard = leaderboard_json(finished.rows)
        shown.append(
            {
                "leaderboard": leaderboard,
                "report": str(finished.report),
                "files": [str(path) for path in files],
            }
        )
        if not as_json:
            say(f"report: {finished.report}")
            if files:
                say(f"{len(files)} tables and figures: {files[0].parent}")
    if as_json:
        say(json.dumps(shown, indent=1))


def _own_names(runs: list[Path]) -> list[str]:
    """A name for each run's tables: its folder's, with a number where another has the same."""
    names: list[str] = []
    for folder in runs:
        wanted = name = folder.resolve().name
        number = 1
        while name in names:
            number += 1
            name = f"{wanted}-{number}"
        names.append(name)
    return names
