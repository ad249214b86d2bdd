"""`touchline run`."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchline.cli.jobs.slurm_options import refuse_mixed, takes_slurm_options
from touchline.cli.printing.terminal import say
from touchline.cli.program.consent import Yes, ask_consent

if TYPE_CHECKING:
    from touchline.runs import Plan


class Where(StrEnum):
    """Where the benchmark runs."""

    HERE = "here"
    SLURM = "slurm"


Gpus = Annotated[str | None, typer.Option(help="One worker per GPU: a number, or 'auto' for all.")]
Workers = Annotated[
    int | None, typer.Option(help="Number of workers, for models that need no GPU of their own.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only estimate tokens, money and time.")]
TrialRun = Annotated[
    bool,
    typer.Option(
        "--trial", help="Only ask two windows of every model, and estimate the rest from them."
    ),
]
OnGpu = Annotated[
    str | None,
    typer.Option(help="With --dry-run: estimate times for this GPU, such as 'Titan RTX'."),
]
Budget = Annotated[
    str | None, typer.Option(help="Spending limit for the whole run, such as 5usd; never exceeded.")
]
Batch = Annotated[
    bool,
    typer.Option(
        "--batch", help="Use batch APIs, at half price; run again to collect the answers."
    ),
]
Join = Annotated[
    bool,
    typer.Option(
        "--join", help="Share the work of a run that is being asked in the same folder already."
    ),
]
Trusted = Annotated[
    list[str] | None,
    typer.Option(
        "--trust-remote-code",
        help="Let the checkpoint of this model run Python code of its own.",
    ),
]


Again = Annotated[
    list[str] | None,
    typer.Option(
        "--again",
        help="Also ask again for replies that are unreadable, misplaced (text only in another "
        "field, such as reasoning), truncated, refused or failed; may be repeated.",
    ),
]


ScoreAnyway = Annotated[
    bool, typer.Option("--score-anyway", help="Also score models under scoring.min_coverage.")
]


On = Annotated[Where, typer.Option(help="Run on this machine, or on the nodes of a cluster.")]


@takes_slurm_options
def run(
    bench: Annotated[
        Path, typer.Argument(help="The benchmark, a YAML file, or the folder of a run.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; runs/NAME by default.")
    ] = None,
    score_anyway: ScoreAnyway = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    gpus: Gpus = None,
    workers: Workers = None,
    dry_run: DryRun = False,
    trial: TrialRun = False,
    on_gpu: OnGpu = None,
    budget: Budget = None,
    batch: Batch = False,
    join: Join = False,
    trusted: Trusted = None,
    again: Again = None,
    yes: Yes = False,
    on: On = Where.HERE,
    *,
    slurm: Mapping[str, Any],
) -> None:
    """Run a benchmark, or resume it where it stopped: only what is missing is asked.

    The first Ctrl-C stops after the windows in flight, the second at once; neither loses an
    answer.

    Example: `touchline run bench.yaml --out runs/first --gpus 4`
    """
    from touchline.cli.printing.run_result import run_plan, share_run, show_result, try_plan
    from touchline.models import trust_remote_code
    from touchline.runs import EngineFactory, asked_cards, choose_workers, parse_kinds, resume_plan

    trust_remote_code(trusted or [])
    here = {"gpus": gpus, "workers": workers, "budget": budget, "batch": batch, "join": join}
    refuse_mixed(on is Where.SLURM, here, slurm)
    workers_chosen = choose_workers(gpus, workers)
    kinds = parse_kinds(again or [])
    plan, folder = resume_plan(bench, out, score_anyway)
    _refuse_together(kinds, plan.bench.stopping is not None, batch or join or on is Where.SLURM)
    if trial:
        _refuse_with_trial(dry_run, kinds, plan.bench.stopping is not None, here, on)
    if dry_run:
        jobs = slurm if on is Where.SLURM else None
        _show_dry_run(plan, folder, budget, batch, on_gpu, as_json, jobs)
        return
    ask_consent(asked_cards(plan), yes)
    engines = EngineFactory(plan, folder, batch=batch, budget=budget)
    if trial:
        try_plan(plan, folder, engines, budget, as_json)
        return
    engines.refuse_other_processes(on_slurm=on is Where.SLURM, has_workers=workers is not None)
    if on is Where.SLURM:
        _submit(plan, folder, slurm, as_json)
    elif join:
        share_run(plan, folder, workers_chosen, engines, as_json)
    else:
        show_result(run_plan(plan, folder, workers_chosen, engines, kinds), as_json)


def _submit(plan: "Plan", folder: Path, slurm: Mapping[str, Any], as_json: bool) -> None:
    from touchline.cli.jobs.slurm import submit_to_slurm

    submit_to_slurm(plan, folder, slurm, as_json)


def _refuse_together(kinds: Collection[str], stops_early: bool, is_elsewhere: bool) -> None:
    """Refuses options that --again, or a benchmark that stops early, cannot be used with."""
    from touchline.errors import UserError

    if kinds and is_elsewhere:
        raise UserError("--again asks at once, in one run: omit --batch, --join and --on slurm.")
    if stops_early and (kinds or is_elsewhere):
        raise UserError(
            "a benchmark with 'stopping' asks game by game in this process: omit --again, --batch, "
            "--join and --on slurm, or remove 'stopping'."
        )


def _refuse_with_trial(
    dry_run: bool,
    kinds: Collection[str],
    stops_early: bool,
    here: Mapping[str, Any],
    on: Where,
) -> None:
    """Refuses what --trial, which asks two windows in this process, cannot be used with."""
    from touchline.errors import UserError

    with_it = [f"--{name}" for name, value in here.items() if value and name != "budget"]
    with_it += ["--dry-run"] if dry_run else []
    with_it += ["--again"] if kinds else []
    with_it += ["--on slurm"] if on is Where.SLURM else []
    if with_it:
        raise UserError(
            f"--trial asks two windows of each model in this process: omit {', '.join(with_it)}."
        )
    if stops_early:
        raise UserError("--trial asks about all games: remove 'stopping' from the benchmark.")


def _show_dry_run(
    plan: "Plan",
    folder: Path,
    budget: str | None,
    batch: bool,
    gpu: str | None,
    as_json: bool,
    slurm: Mapping[str, Any] | None,
) -> None:
    """Prints what a run would ask, and the jobs that it would be submitted as."""
    from touchline.cli.printing.estimate import show_estimate
    from touchline.runs import changed_settings

    found = show_estimate(plan, folder, batch=batch, gpu=gpu, as_json=as_json, budget=budget)
    for change in changed_settings(plan, folder):
        say(f"touchline: the benchmark differs from the run in {folder}: {change}", err=True)
    if slurm is not None and not as_json:
        from touchline.cli.jobs.slurm import show_slurm_jobs

        show_slurm_jobs(plan, folder, slurm, found)
