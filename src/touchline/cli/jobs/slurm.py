"""`touchline run --on slurm`, and the commands of its jobs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchline.cli.jobs.slurm_options import SBATCH
from touchline.cli.printing.terminal import say

if TYPE_CHECKING:
    from touchline.runs import Estimate, Plan, SubmitOptions, SubmitResult


def submit_to_slurm(plan: "Plan", folder: Path, options: Mapping[str, Any], as_json: bool) -> None:
    """Submits what a run is missing and prints the state of its jobs.

    Args:
        plan: the benchmark, resolved.
        folder: of the run.
        options: of `touchline run`, by name.
        as_json: print for programs.

    Raises:
        ComeBackLater: there was no space for models, or they could not be downloaded; the
            others are submitted.
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.errors import ComeBackLater
    from touchline.runs import settled_sentences, submit_run

    chosen = _chosen(options)
    with RunProgress() as progress:
        done = submit_run(plan, folder, chosen, progress)
    sentences = settled_sentences(folder)
    if as_json:
        say(json.dumps(_facts(done) | {"queue": sentences}, indent=1))
    else:
        say("\n".join([_summary(done, folder), *sentences]))
    if done.held:
        raise ComeBackLater(f"not submitted yet: {' '.join(done.held.values())}")


def show_slurm_jobs(
    plan: "Plan", folder: Path, options: Mapping[str, Any], estimates: "Sequence[Estimate]"
) -> None:
    """Prints the jobs that a run would be submitted as: how many, their scripts, and sbatch's line.

    Args:
        plan: the benchmark, resolved.
        folder: of the run.
        options: of `touchline run`, by name.
        estimates: what is left to ask.
    """
    import shlex

    from touchline.runs import preview
    from touchline.text import counted

    windows = {one.model: one.windows - one.answered for one in estimates}
    tasks, jobs = preview(plan, folder, _chosen(options), windows)
    for model, count in windows.items():
        number = sum(task.model == model for task in tasks)
        say(f"{model}: {counted(number, 'job')} for {counted(count, 'window')}")
    for job in jobs:
        say(f"\n# {job.script}\n{job.text}\n$ {shlex.join(['sbatch', *job.arguments])}")
    say("\nNothing was submitted; ARRAY stands for the number of the first job.")


def _chosen(options: Mapping[str, Any]) -> "SubmitOptions":
    """How the user wants a run to be submitted."""
    from touchline.runs import SubmitOptions, sbatch_options
    from touchline.units import parse_size

    return SubmitOptions(
        sbatch=sbatch_options({name: options[name] for name in SBATCH}, options["sbatch"] or ()),
        jobs=options["jobs"],
        jobs_at_once=options["jobs_at_once"],
        stop_before_s=options["stop_before"],
        gpus_per_worker=options["gpus_per_worker"],
        quota_bytes=parse_size(quota) if (quota := options["model_quota"]) else None,
        finalize_partition=options["finalize_partition"],
    )


def _facts(done: "SubmitResult") -> dict[str, Any]:
    return {
        "array": done.array,
        "jobs": len(done.tasks),
        "merge": done.finalize,
        "live": done.live,
        "unscored": done.unscored,
        "held": dict(done.held),
    }


def _summary(done: "SubmitResult", folder: Path) -> str:
    from touchline.text import counted

    if done.live and not done.tasks:
        return (
            f"nothing to submit: {counted(done.live, 'job')} already waiting or running; see "
            f"`touchline status {folder}`."
        )
    if done.unscored:
        scoring = (
            f"no job will score the run ({done.unscored}): score it here with "
            f"`touchline run {folder}`"
        )
    else:
        scoring = f"job {done.finalize} scores the run when they have ended"
    if not done.tasks:
        return f"no question is missing; {scoring}."
    already = f", {done.live} more already waiting or running" if done.live else ""
    return (
        f"{counted(len(done.tasks), 'job')} submitted (array {done.array}){already}; {scoring}. "
        f"Follow them with `touchline status {folder}`."
    )


def slurm_task(
    folder: Annotated[Path, typer.Argument(help="Folder of the run.")],
    number: Annotated[int, typer.Argument(help="Number of the submission.")],
) -> None:
    """Ask the part of a run that this SLURM job was submitted for; the jobs call it themselves.

    Example: `touchline slurm-task runs/first 1`
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.runs import run_job

    with RunProgress() as progress:
        run_job(folder, number, progress.named("this job"))


def slurm_finalize(folder: Annotated[Path, typer.Argument(help="Folder of the run.")]) -> None:
    """Score a run when its jobs have ended; the last job calls it itself.

    Example: `touchline slurm-finalize runs/first`
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.cli.printing.run_result import show_finished
    from touchline.runs import run_finalize_job

    with RunProgress() as progress:
        finished = run_finalize_job(folder, progress)
    show_finished(finished, as_json=False)
