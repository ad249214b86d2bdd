"""`touchline run`."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from touchline.cli.slurm_options import refuse_mixed, takes_slurm_options


class Where(StrEnum):
    """What runs the benchmark."""

    HERE = "here"
    SLURM = "slurm"


Gpus = Annotated[
    str | None, typer.Option(help="One worker a GPU: a number, or 'auto' for all there are.")
]
Workers = Annotated[
    int | None, typer.Option(help="So many workers, for models that need no GPU each.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say what it will take: tokens, money, time.")
]
OnGpu = Annotated[
    str | None,
    typer.Option(help="With --dry-run: estimate times for this GPU, such as 'Titan RTX'."),
]
Budget = Annotated[
    str | None, typer.Option(help="The most to spend in all, such as 5usd; a hard stop.")
]
Batch = Annotated[
    bool, typer.Option("--batch", help="Ask batch APIs, at half price; run again to collect.")
]
Trusted = Annotated[
    list[str] | None,
    typer.Option(
        "--trust-remote-code",
        help="Let the checkpoint of this model run Python code of its own.",
    ),
]


@takes_slurm_options
def run(
    bench: Annotated[
        Path, typer.Argument(help="The benchmark, a YAML file, or the folder of a run.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; runs/NAME by default.")
    ] = None,
    score_anyway: Annotated[
        bool, typer.Option("--score-anyway", help="Score also what is under 99 % coverage.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    gpus: Gpus = None,
    workers: Workers = None,
    dry_run: DryRun = False,
    on_gpu: OnGpu = None,
    budget: Budget = None,
    batch: Batch = False,
    trusted: Trusted = None,
    on: Annotated[Where, typer.Option(help="This machine, or the cluster's nodes.")] = Where.HERE,
    *,
    slurm: Mapping[str, Any],
) -> None:
    """Run a benchmark, or go on with it where it stopped: only what is missing is asked.

    Ctrl-C once stops after the windows in flight, twice at once; neither loses an answer.

    Example: `touchline run bench.yaml --out runs/first --gpus 4`
    """
    from touchline.cli.shared import run_plan, show_result
    from touchline.models import trust_remote_code
    from touchline.runs import EngineFactory, choose_workers, resume_plan

    trust_remote_code(trusted or [])
    here = {"gpus": gpus, "workers": workers, "budget": budget, "batch": batch}
    refuse_mixed(on is Where.SLURM, here, slurm)
    chosen = choose_workers(gpus, workers)
    plan, folder = resume_plan(bench, out, score_anyway)
    if dry_run:
        from touchline.cli.print_estimate import show_estimate

        show_estimate(plan, folder, batch=batch, gpu=on_gpu, as_json=as_json)
        return
    spending = EngineFactory(plan, folder, batch=batch, budget=budget)
    if workers is not None or on is Where.SLURM:
        spending.refuse_other_processes()
    if on is Where.SLURM:
        from touchline.cli.slurm import submit_to_slurm

        submit_to_slurm(plan, folder, slurm, as_json)
        return
    show_result(run_plan(plan, folder, chosen, spending), as_json)
