"""Submitting what a run is missing: an array of jobs that ask, and one after them that scores."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from touchline.errors import UserError
from touchline.runs.planning.plan import PlannedModel
from touchline.runs.planning.shards import Shard, missing_by_shard
from touchline.runs.run_folder import RunFolder
from touchline.runs.slurm.commands import cancel, queued
from touchline.runs.slurm.sbatch import signal_options, submit_array, submit_one, touchline_command
from touchline.runs.slurm.sbatch_options import SubmitOptions, finalize_options
from touchline.runs.slurm.submissions import (
    FINALIZE,
    Live,
    Submission,
    Task,
    forget_submission,
    job_name,
    live_jobs,
    read_submissions,
    write_submission,
)

_WINDOWS_A_JOB = 1000
_MOST_JOBS = 8
"""Of one model, where the user does not say. A model takes minutes to load: jobs are few and
long, and one that is stopped by its time limit goes back into the queue."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came of submitting.

    Attributes:
        tasks: the new jobs, by place in the array.
        job: number of the array, or None where nothing was missing.
        merge: number of the job that scores the run, or None where there is none.
        unscored: why there is no job that scores the run, or None.
        live: how many jobs of the run waited or ran already.
        held: models that cannot be asked now, with the sentence that says why.
    """

    tasks: tuple[Task, ...]
    job: int | None
    merge: int | None
    live: int
    unscored: str | None = None
    held: Mapping[str, str] = field(default_factory=dict)


def submit(folder: Path, models: Sequence[PlannedModel], wanted: SubmitOptions) -> Submitted:
    """Submits the questions that have no reply, and that no job of the run is to ask already.

    Args:
        folder: of the run, planned; every node must see it.
        models: who is asked.
        wanted: what the user wants of SLURM.

    Raises:
        UserError: there is no SLURM here, or it refuses the array.
    """
    before = list(live_jobs(folder, queued()))
    asking = [one for one in before if one.task]
    tasks = tuple(
        task for model in models for task in _missing_tasks(folder, model, asking, wanted.jobs)
    )
    scoring = [one.job.job for one in before if one.task is None]
    if not tasks and (asking or scoring):
        return Submitted((), None, scoring[0] if scoring else None, len(asking))
    submission = Submission(
        len(read_submissions(folder)) + 1, tasks, wanted.stop_before_s, wanted.cards_per_worker
    )
    if tasks:
        submission = _submit_tasks(folder, submission, wanted)
    waits_for = {one.job.job for one in asking} | ({submission.job} if submission.job else set())
    merge, unscored = None, None
    try:
        merge = _submit_merging(folder, wanted, sorted(waits_for))
    except UserError as error:
        # The array is in the queue: that nobody will score the run must not look like its end.
        unscored = str(error)
    # The job that was to score the run would do so before the new ones are done.
    cancel(scoring)
    return Submitted(tasks, submission.job, merge, len(asking), unscored)


def _missing_tasks(
    folder: Path, model: PlannedModel, asking: Sequence[Live], jobs: int | None
) -> Iterator[Task]:
    """The shards of a model that miss replies; those of live jobs keep how the work was split."""
    name = model.name
    live = {Shard.parse(one.task.shard) for one in asking if one.task and one.task.model == name}
    if live:
        split = next(iter(live)).count
    elif model.card.memory:
        # It is told what it reported before, so its windows are asked in order.
        split = 1
    else:
        split = _split(sum(missing_by_shard(folder, name, 1)), jobs)
    for number, count in enumerate(missing_by_shard(folder, name, split)):
        if count and Shard(number, split) not in live:
            yield Task(name, f"{number}/{split}")


def _split(missing: int, jobs: int | None) -> int:
    """Into how many jobs some questions are split."""
    most = jobs or min(_MOST_JOBS, -(-missing // _WINDOWS_A_JOB))
    return max(1, min(most, missing))


def _submit_tasks(folder: Path, submission: Submission, wanted: SubmitOptions) -> Submission:
    """Submits an array; what it is to do lies in the run's folder before SLURM can start it."""
    words = {"requeue": True, **wanted.words, **signal_options(wanted.stop_before_s)}
    if "no-requeue" in wanted.words:
        del words["requeue"]
    count = len(submission.tasks)
    if wanted.jobs_at_once is not None:
        words["array"] = f"0-{count - 1}%{wanted.jobs_at_once}"
    command = touchline_command("slurm-task", str(folder.resolve()), str(submission.number))
    name = job_name(folder, submission.number)
    write_submission(folder, submission)
    try:
        job = submit_array(RunFolder(folder).slurm_logs, name, words, command, count)
    except UserError:
        forget_submission(folder, submission)
        raise
    submission = replace(submission, job=job)
    write_submission(folder, submission)
    return submission


def _submit_merging(folder: Path, wanted: SubmitOptions, waits_for: Sequence[int]) -> int:
    words = finalize_options(wanted.words, wanted.merge_partition)
    if waits_for:
        words["dependency"] = "afterany:" + ":".join(map(str, waits_for))
    command = touchline_command("slurm-merge", str(folder.resolve()))
    name = job_name(folder, FINALIZE)
    return submit_one(RunFolder(folder).slurm_logs, name, words, command)
