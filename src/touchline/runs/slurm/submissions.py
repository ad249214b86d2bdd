"""What a run has submitted to SLURM: `slurm/<number>.json` in its folder, one file per submission.

A job is known by its name, which holds the run's folder and the submission's number, so it is found
in the queue even if the program that submitted it died before it could write the job's number down.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.runs.run_folder import RunFolder
from touchline.runs.slurm.commands import JobState
from touchline.runs.slurm.sbatch_options import SubmitOptions
from touchline.validation import one_sentence

VERSION = 2
"""Of the file; version 1, which does not say so, has `cards_per_worker` for `gpus_per_worker`."""
FINALIZE = "finalize"
_FINALIZE_BEFORE = "merge"
"""How version 1 named the job that scores the run: one may still be in the queue."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class ArrayTask(_Part):
    """One job of an array: a part of the questions to one model.

    Attributes:
        model: its name.
        shard: which part, such as "0/4".
    """

    model: str
    shard: str


class Submission(_Part):
    """One array of jobs.

    Attributes:
        version: of this format; 1 where the file does not say.
        number: from 1.
        tasks: by place in the array.
        stop_before_s: how long before its end a job stops taking questions.
        gpus_per_worker: how many of a job's GPUs one worker uses.
        job: number of the array, or None while it is not known.
    """

    version: int = 1
    number: int
    tasks: tuple[ArrayTask, ...]
    stop_before_s: int
    gpus_per_worker: int = Field(
        validation_alias=AliasChoices("gpus_per_worker", "cards_per_worker")
    )
    job: int | None = None


@dataclass(frozen=True, slots=True)
class LiveJob:
    """A job of a run that waits or runs.

    Attributes:
        task: what it asks; None for the job that scores the run.
        job: what SLURM says of it.
    """

    task: ArrayTask | None
    job: JobState


def job_name(folder: Path, number: int | str) -> str:
    """The name of the jobs of a submission, unlike that of any other run of this user."""
    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]
    return f"touchline-{folder.resolve().name}-{place}-{number}"


def next_submission(folder: Path, tasks: Sequence[ArrayTask], options: SubmitOptions) -> Submission:
    """The submission that follows those of a run; nothing is written."""
    return Submission(
        version=VERSION,
        number=len(read_submissions(folder)) + 1,
        tasks=tuple(tasks),
        stop_before_s=options.stop_before_s,
        gpus_per_worker=options.gpus_per_worker,
    )


def write_submission(folder: Path, submission: Submission) -> None:
    """Writes a submission into the run's folder."""
    write_atomically(_file(folder, submission.number), submission.model_dump_json(indent=1))


def delete_submission(folder: Path, submission: Submission) -> None:
    """Deletes the file of a submission that SLURM refused."""
    _file(folder, submission.number).unlink()


def read_submission(folder: Path, number: int) -> Submission:
    """A submission of a run by its number.

    Raises:
        UserError: the run has no such submission, or its file cannot be read.
    """
    file = _file(folder, number)
    try:
        return Submission.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        raise UserError(f"run {folder} has no submission {number}: {file} is missing.") from None
    except ValidationError as error:
        raise UserError(f"submission {file} cannot be read: {one_sentence(error)}") from error


def read_submissions(folder: Path) -> list[Submission]:
    """All submissions of a run, in order."""
    files = sorted(RunFolder(folder).slurm.glob("[0-9]*.json"))
    return [read_submission(folder, int(file.stem)) for file in files]


def live_jobs(folder: Path, queue: Sequence[JobState]) -> Iterator[LiveJob]:
    """The jobs of a run among those that wait or run."""
    submissions = {job_name(folder, one.number): one for one in read_submissions(folder)}
    finalizing = {job_name(folder, name) for name in (FINALIZE, _FINALIZE_BEFORE)}
    for job in queue:
        submission = submissions.get(job.name)
        if submission is not None and job.index is not None:
            # A place past the end is that of a job by somebody who chose the same name.
            if job.index < len(submission.tasks):
                yield LiveJob(submission.tasks[job.index], job)
        elif job.name in finalizing:
            yield LiveJob(None, job)


def _file(folder: Path, number: int) -> Path:
    return RunFolder(folder).slurm / f"{number:04d}.json"
