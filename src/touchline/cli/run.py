"""`touchline run`."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    bench: Annotated[Path, typer.Argument(help="The benchmark, a YAML file.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; runs/NAME by default.")
    ] = None,
    score_anyway: Annotated[
        bool, typer.Option("--score-anyway", help="Score also what is under 99 % coverage.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Run a benchmark, or go on with it where it stopped: only what is missing is asked.

    Example: `touchline run bench.yaml --out runs/first`
    """
    from touchline.cli.shared import run_plan, show_result
    from touchline.runs import make_plan, read_bench

    read = read_bench(bench)
    if score_anyway:
        scoring = read.scoring.model_copy(update={"min_coverage": 0.0})
        read = read.model_copy(update={"scoring": scoring})
    result = run_plan(make_plan(read, bench.stem), out or Path("runs") / bench.stem)
    show_result(result, as_json)
