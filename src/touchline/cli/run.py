"""`touchline run`."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from touchline.cli.slurm_options import takes_slurm_options


class Where(StrEnum):
    """What runs the benchmark."""

    HERE = "here"
    SLURM = "slurm"


@takes_slurm_options
def run(
    bench: Annotated[Path, typer.Argument(help="The benchmark, a YAML file.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; runs/NAME by default.")
    ] = None,
    score_anyway: Annotated[
        bool, typer.Option("--score-anyway", help="Score also what is under 99 % coverage.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    on: Annotated[Where, typer.Option(help="This machine, or the cluster's nodes.")] = Where.HERE,
    *,
    slurm: Mapping[str, Any],
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
    plan, folder = make_plan(read, bench.stem), out or Path("runs") / bench.stem
    if on is Where.SLURM:
        from touchline.cli.slurm import submit_to_slurm

        submit_to_slurm(plan, folder, slurm, as_json)
        return
    show_result(run_plan(plan, folder), as_json)
