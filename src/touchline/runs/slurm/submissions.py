"""What a run has given to SLURM: `slurm/<number>.json` in its folder, one file a submission.

A job is known by its name, which holds the run's folder and the submission's number, so it is found
in the queue even if the program that submitted it died before it could write the job's number down.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from touchline.files import write_atomically
from touchline.runs.run_folder import RunFolder
from touchline.runs.slurm.commands import JobState

FINALIZE = "merge"


@dataclass(frozen=True, slots=True)
class Task:
    """One job of an array: a part of the questions to one model.

    Attributes:
        model: its name.
        shard: which part, such as "0/4".
    """

    model: str
    shard: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One array of jobs, and the job that scores the run after them.

    Attributes:
        number: from 1.
        tasks: by place in the array.
        stop_before_s: how long before its end a job stops taking questions.
        cards_per_worker: how many of a job's cards one worker uses.
        job: number of the array, or None as long as it is not known.
        merge: number of the job that scores the run, or None.
    """

    number: int
    tasks: tuple[Task, ...]
    stop_before_s: int
    cards_per_worker: int
    job: int | None = None
    merge: int | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A job of a run that waits or runs.

    Attributes:
        task: what it asks; None for the job that scores the run.
        job: what SLURM says of it.
    """

    task: Task | None
    job: JobState


def job_name(folder: Path, number: int | str) -> str:
    """The name of the jobs of a submission, unlike that of any other run of this user."""
    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]
    return f"touchline-{folder.resolve().name}-{place}-{number}"


def write_submission(folder: Path, submission: Submission) -> None:
    """Writes a submission down."""
    write_atomically(_file(folder, submission.number), json.dumps(asdict(submission), indent=1))


def forget_submission(folder: Path, submission: Submission) -> None:
    """Takes back what was written down of a submission that SLURM refused."""
    _file(folder, submission.number).unlink()


def read_submission(folder: Path, number: int) -> Submission:
    """A submission of a run by its number."""
    values = json.loads(_file(folder, number).read_text(encoding="utf-8"))
    tasks = tuple(Task(**task) for task in values.pop("tasks"))
    return Submission(tasks=tasks, **values)


def read_submissions(folder: Path) -> list[Submission]:
    """All submissions of a run, in order."""
    files = sorted(RunFolder(folder).slurm.glob("[0-9]*.json"))
    return [read_submission(folder, int(file.stem)) for file in files]


def live_jobs(folder: Path, queue: Sequence[JobState]) -> Iterator[Live]:
    """The jobs of a run among those that wait or run."""
    submissions = {job_name(folder, one.number): one for one in read_submissions(folder)}
    for job in queue:
        submission = submissions.get(job.name)
        if submission is not None and job.index is not None:
            yield Live(submission.tasks[job.index], job)
        elif job.name == job_name(folder, FINALIZE):
            yield Live(None, job)


def _file(folder: Path, number: int) -> Path:
    return RunFolder(folder).slurm / f"{number:04d}.json"
