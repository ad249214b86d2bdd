"""`touchline run --on slurm`, and what its jobs run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchline.cli.slurm_options import SBATCH

if TYPE_CHECKING:
    from touchline.runs import Plan, Submitted


def submit_to_slurm(plan: "Plan", folder: Path, options: Mapping[str, Any], as_json: bool) -> None:
    """Submits what a run is missing and says what became of it.

    Args:
        plan: the benchmark, resolved.
        folder: of the run.
        options: of `touchline run`, by name.
        as_json: print for programs.

    Raises:
        ComeBackLater: models had no room, or could not be fetched; the others are submitted.
    """
    from touchline.cli.progress import RunProgress
    from touchline.errors import ComeBackLater
    from touchline.runs import SubmitOptions, sbatch_options, settled_sentences, submit_run
    from touchline.units import parse_size

    wanted = SubmitOptions(
        words=sbatch_options({name: options[name] for name in SBATCH}, options["sbatch"] or ()),
        jobs=options["jobs"],
        jobs_at_once=options["jobs_at_once"],
        stop_before_s=options["stop_before"],
        cards_per_worker=options["cards_per_worker"],
        quota_bytes=parse_size(quota) if (quota := options["model_quota"]) else None,
        merge_partition=options["merge_partition"],
    )
    with RunProgress() as progress:
        done = submit_run(plan, folder, wanted, progress)
    sentences = settled_sentences(folder)
    if as_json:
        facts = {"array": done.job, "jobs": len(done.tasks), "merge": done.merge, "live": done.live}
        more = {"unscored": done.unscored, "held": dict(done.held), "queue": sentences}
        typer.echo(json.dumps({**facts, **more}, indent=1))
    else:
        typer.echo("\n".join([_summary(done, folder), *sentences]))
    if done.held:
        raise ComeBackLater(f"not asked yet: {' '.join(done.held.values())}")


def _summary(done: "Submitted", folder: Path) -> str:
    if done.live and not done.tasks:
        return f"nothing to submit: {done.live} jobs wait or run; `touchline status {folder}`."
    if done.unscored:
        scoring = f"no job scores the run ({done.unscored}): `touchline run {folder}` does it here"
    else:
        scoring = f"job {done.merge} scores the run when they have ended"
    if not done.tasks:
        return f"no question is missing; {scoring}."
    already = f", {done.live} more wait or run already" if done.live else ""
    return (
        f"{len(done.tasks)} jobs submitted (array {done.job}){already}; {scoring}. "
        f"`touchline status {folder}` tells how it goes."
    )


def slurm_task(
    folder: Annotated[Path, typer.Argument(help="The run.")],
    number: Annotated[int, typer.Argument(help="Number of the submission.")],
) -> None:
    """Ask the part of a run that this job of SLURM's is there for; the jobs run it themselves.

    Example: `touchline slurm-task runs/first 1`
    """
    from touchline.cli.progress import RunProgress
    from touchline.runs import run_job

    with RunProgress() as progress:
        run_job(folder, number, lambda done, total: progress("this job", done, total))


def slurm_merge(folder: Annotated[Path, typer.Argument(help="The run.")]) -> None:
    """Score a run when its jobs have ended; the job behind them runs it.

    Example: `touchline slurm-merge runs/first`
    """
    from rich.console import Console

    from touchline.cli.progress import RunProgress
    from touchline.report import terminal_table
    from touchline.runs import run_finalize_job

    with RunProgress() as progress:
        finished = run_finalize_job(folder, progress)
    Console().print(terminal_table(finished.rows))
    typer.echo(f"report: {finished.report}")
