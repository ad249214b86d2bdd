"""Submitting what a run is missing: an array of jobs that ask, and one after them that scores."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from touchline.errors import UserError
from touchline.runs.planning.plan import PlannedModel
from touchline.runs.planning.shards import Shard, missing_by_shard
from touchline.runs.run_folder import RunFolder
from touchline.runs.slurm.commands import cancel, queued
from touchline.runs.slurm.sbatch import (
    BatchJob,
    array_job,
    signal_options,
    single_job,
    submit_job,
    touchline_command,
)
from touchline.runs.slurm.sbatch_options import SubmitOptions, finalize_options
from touchline.runs.slurm.submissions import (
    FINALIZE,
    ArrayTask,
    LiveJob,
    Submission,
    delete_submission,
    job_name,
    live_jobs,
    next_submission,
    write_submission,
)

_WINDOWS_A_JOB = 1000
_MOST_JOBS = 8
"""Of one model, where the user does not say. A model takes minutes to load: jobs are few and
long, and one that is stopped by its time limit goes back into the queue."""


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """The jobs of a run after submitting.

    Attributes:
        tasks: the new jobs, by place in the array.
        array: its number, or None where nothing was missing.
        finalize: number of the job that scores the run, or None where there is none.
        unscored: why there is no job that scores the run, or None.
        live: how many jobs of the run waited or ran already.
        held: models that cannot be asked now, with the reason as a sentence.
    """

    tasks: tuple[ArrayTask, ...]
    array: int | None
    finalize: int | None
    live: int
    unscored: str | None = None
    held: Mapping[str, str] = field(default_factory=dict)


def submit(folder: Path, models: Sequence[PlannedModel], options: SubmitOptions) -> SubmitResult:
    """Submits the questions that have no reply and that no job of the run will ask.

    Args:
        folder: of the run, planned; every node must see it.
        models: the models to ask.
        options: how it is submitted.

    Raises:
        UserError: there is no SLURM here, or it refuses the array.
    """
    before = list(live_jobs(folder, queued()))
    asking = [one for one in before if one.task]
    tasks = tuple(
        task for model in models for task in _missing_tasks(folder, model, asking, options.jobs)
    )
    scoring = [one.job.job for one in before if one.task is None]
    if not tasks and (asking or scoring):
        return SubmitResult((), None, scoring[0] if scoring else None, len(asking))
    submission = next_submission(folder, tasks, options)
    if tasks:
        submission = _submit_tasks(folder, submission, options)
    waits_for = {one.job.job for one in asking} | ({submission.job} if submission.job else set())
    finalize, unscored = None, None
    try:
        finalize = submit_job(finalizing(folder, options, sorted(waits_for)))
    except UserError as error:
        # The array is queued: that no job scores the run must not look as if nothing was queued.
        unscored = str(error)
    # The job that was to score the run would do so before the new ones are done.
    cancel(scoring)
    return SubmitResult(tasks, submission.job, finalize, len(asking), unscored)


def _missing_tasks(
    folder: Path, model: PlannedModel, asking: Sequence[LiveJob], jobs: int | None
) -> Iterator[ArrayTask]:
    """The shards of a model that lack replies; those of live jobs keep how the work was split."""
    name = model.name
    live = {Shard.parse(one.task.shard) for one in asking if one.task and one.task.model == name}
    if live:
        split = next(iter(live)).count
    elif model.card.memory:
        # Its prompts include what it reported before, so its windows are asked in order.
        split = 1
    else:
        split = split_of(sum(missing_by_shard(folder, name, 1)), jobs)
    for number, count in enumerate(missing_by_shard(folder, name, split)):
        if count and Shard(number, split) not in live:
            yield ArrayTask(model=name, shard=f"{number}/{split}")


def split_of(missing: int, jobs: int | None) -> int:
    """Into how many jobs some questions are split."""
    most = jobs or min(_MOST_JOBS, -(-missing // _WINDOWS_A_JOB))
    return max(1, min(most, missing))


def array_of(folder: Path, submission: Submission, options: SubmitOptions) -> BatchJob:
    """The array of jobs that asks the tasks of a submission."""
    sbatch = {"requeue": True, **options.sbatch, **signal_options(options.stop_before_s)}
    if "no-requeue" in options.sbatch:
        del sbatch["requeue"]
    count = len(submission.tasks)
    if options.jobs_at_once is not None:
        sbatch["array"] = f"0-{count - 1}%{options.jobs_at_once}"
    command = touchline_command("slurm-task", str(folder.resolve()), str(submission.number))
    name = job_name(folder, submission.number)
    return array_job(RunFolder(folder).slurm_logs, name, sbatch, command, count)


def finalizing(folder: Path, options: SubmitOptions, waits_for: Sequence[int | str]) -> BatchJob:
    """The job that scores a run when others have ended."""
    sbatch = finalize_options(options.sbatch, options.finalize_partition)
    if waits_for:
        sbatch["dependency"] = "afterany:" + ":".join(map(str, waits_for))
    command = touchline_command("slurm-finalize", str(folder.resolve()))
    name = job_name(folder, FINALIZE)
    return single_job(RunFolder(folder).slurm_logs, name, sbatch, command)


def _submit_tasks(folder: Path, submission: Submission, options: SubmitOptions) -> Submission:
    """Submits an array; its tasks are in the run's folder before SLURM can start it."""
    write_submission(folder, submission)
    try:
        job = submit_job(array_of(folder, submission, options))
    except UserError:
        delete_submission(folder, submission)
        raise
    submission = submission.model_copy(update={"job": job})
    write_submission(folder, submission)
    return submission
