"""SLURM's own programs: who waits and who runs, when a job ends, requeueing and cancelling.

Nothing here needs `sacct`: many clusters keep no accounts. What has ended is known from the
journal, and for a while from `scontrol`.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from touchline.errors import UserError

_TIMEOUT_S = 60
_OF_A_JOB = ("SLURM_", "SLURMD_", "SRUN_", "SBATCH_", "SUBMITIT_")
_KEPT = ("SLURM_CONF",)


@dataclass(frozen=True, slots=True)
class JobState:
    """What squeue shows of one job.

    Attributes:
        job: number of the job, or of the array that it belongs to.
        index: its place in the array, or None.
        state: SLURM's word, such as "PENDING" or "RUNNING".
        reason: why it waits, as SLURM says it.
    """

    job: int
    index: int | None
    state: str
    reason: str


def outer_environment() -> dict[str, str]:
    """This process's environment without what SLURM tells a job about itself.

    A job that is submitted from inside another one would inherit its memory, cards and number.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.startswith(_OF_A_JOB)
    }


def queued() -> list[JobState]:
    """All jobs of this user that wait or run, each task of an array by itself.

    Raises:
        UserError: SLURM does not answer.
    """
    done = _run(
        ["squeue", "--noheader", "--array", "--user", str(os.getuid()), "--format=%F|%K|%T|%r"]
    )
    if done.returncode != 0:
        raise UserError(f"squeue does not answer: {done.stderr.strip()}; try again in a minute.")
    found = []
    for line in done.stdout.splitlines():
        job, index, state, reason = line.split("|", 3)
        place = int(index) if index.isdecimal() else None
        found.append(JobState(int(job), place, state, reason))
    return found


def ended_states(job: int) -> dict[int | None, str]:
    """How the tasks of a job ended, by place in the array, as far as SLURM still knows.

    Args:
        job: number of a job or an array.

    Returns:
        SLURM's words, such as "TIMEOUT"; empty when it has forgotten the job.
    """
    done = _run(
        [
            "sacct",
            "--noheader",
            "--parsable2",
            "--allocations",
            f"--jobs={job}",
            "--format=JobID,State",
        ]
    )
    if done.returncode == 0 and done.stdout.strip():
        return _of_sacct(done.stdout)
    done = _run(["scontrol", "--oneliner", "show", "job", str(job)])
    return _of_scontrol(done.stdout) if done.returncode == 0 else {}


def end_time_s(job: str) -> float | None:
    """When a running job will be ended, in seconds since the epoch, or None where nobody says.

    Args:
        job: its number, as SLURM_JOB_ID has it.
    """
    done = _run(["scontrol", "--oneliner", "show", "job", job])
    found = re.search(r"\bEndTime=(\S+)", done.stdout)
    with suppress(ValueError):
        return datetime.fromisoformat(found[1]).timestamp() if found else None
    return None


def requeue(job: str) -> bool:
    """Puts the job that this process runs in back into the queue, where that is allowed.

    Returns:
        False where the cluster or the job does not allow it.
    """
    return _run(["scontrol", "requeue", job]).returncode == 0


def cancel(jobs: Sequence[int]) -> None:
    """Takes jobs out of the queue; those that have ended meanwhile do not matter."""
    if jobs:
        _run(["scancel", *map(str, jobs)])


def _of_sacct(text: str) -> dict[int | None, str]:
    ended = {}
    for line in text.splitlines():
        number, state = line.split("|", 1)
        place = number.partition("_")[2]
        if not place or place.isdecimal():
            ended[int(place) if place else None] = state.split()[0]
    return ended


def _of_scontrol(text: str) -> dict[int | None, str]:
    ended: dict[int | None, str] = {}
    for line in text.splitlines():
        state = re.search(r"\bJobState=(\S+)", line)
        place = re.search(r"\bArrayTaskId=(\d+)\b(?![-,%])", line)
        if state:
            ended[int(place[1]) if place else None] = state[1]
    return ended


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """A program of SLURM's; one that is not installed, or hangs, has failed."""
    try:
        return subprocess.run(  # noqa: S603  (a fixed program, no shell)
            command,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            env=outer_environment(),
            check=False,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
