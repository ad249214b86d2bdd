"""SLURM's commands: the queue, when a job ends, requeueing and cancelling.

Nothing here needs `sacct`: many clusters keep no accounts. What has ended is known from the
journal, and for a while from `squeue`.

Sites print banners, warnings and blank lines around any answer: only lines of the form that was
asked for are read. A controller that is overloaded may answer nothing for minutes: questions about
jobs have a short limit, and what they would have told is unknown.
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
"""For a change, such as a submission: SLURM may still make it when nobody waits any more."""
_QUESTION_TIMEOUT_S = 10
NOT_RUN = 127
"""Return code of a program that is not installed or did not answer."""
_SLURMS = ("SLURM_", "SLURMD_", "SRUN_", "SQUEUE_", "SACCT_")
"""Those of a job, and those that would change what squeue and sacct answer."""
_NEVER = ("SBATCH_ARRAY_INX", "SBATCH_TEST_ONLY", "SBATCH_WAIT")
"""Options of sbatch that would make another job of each that is submitted here."""
_SETTINGS = ("SLURM_CONF", "SLURM_CLUSTERS")
_DEVICES = ("CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "ROCR_VISIBLE_DEVICES")


@dataclass(frozen=True, slots=True)
class JobState:
    """What squeue shows of one job.

    Attributes:
        name: the job's.
        job: its number, or that of the array that it belongs to.
        index: its place in the array, or None.
        state: as SLURM names it, such as "PENDING" or "RUNNING".
        reason: why it waits, as SLURM says it.
    """

    name: str
    job: int
    index: int | None
    state: str
    reason: str


def outer_environment() -> dict[str, str]:
    """This process's environment without what SLURM sets for a job.

    A job that is submitted from inside another one would inherit its memory, its number and its
    GPUs. SLURM_CONF and SLURM_CLUSTERS are settings, not facts about a job, so they stay.
    """
    inside = "SLURM_JOB_ID" in os.environ
    return {
        name: value
        for name, value in os.environ.items()
        if name in _SETTINGS
        or not (name.startswith(_SLURMS) or name in _NEVER or (inside and name in _DEVICES))
    }


def queued() -> list[JobState]:
    """All jobs of this user that wait or run, each task of an array by itself.

    Raises:
        UserError: SLURM does not answer.
    """
    shown = "--format=%F|%K|%T|%r|%j"
    command = ["squeue", "--noheader", "--array", "--user", str(os.getuid()), shown]
    done = run_program(command, _QUESTION_TIMEOUT_S)
    if done.returncode != 0:
        raise UserError(
            f"squeue failed, so the state of the jobs is unknown: {one_line(done.stderr)}."
        )
    return _of_squeue(done.stdout)


def ended_states(jobs: Sequence[int]) -> dict[tuple[int, int | None], str] | None:
    """How the tasks of some jobs ended, as far as SLURM still knows; asked once for all of them.

    Args:
        jobs: numbers of jobs or arrays.

    Returns:
        States such as "TIMEOUT" by job and place in the array; nothing of jobs that SLURM does not
        keep any more. None where SLURM does not answer.
    """
    numbers = ",".join(map(str, jobs))
    options = ["--noheader", "--parsable2", "--allocations", "--format=JobID,State"]
    done = run_program(["sacct", *options, f"--jobs={numbers}"], _QUESTION_TIMEOUT_S)
    if done.returncode == 0 and (found := _of_sacct(done.stdout)):
        return found
    shown = ["--noheader", "--array", "--states=all", "--format=%F|%K|%T|%r|%j"]
    done = run_program(["squeue", *shown, f"--jobs={numbers}"], _QUESTION_TIMEOUT_S)
    if done.returncode == NOT_RUN:
        return None
    return {(one.job, one.index): one.state for one in _of_squeue(done.stdout)}


def end_time_s(job: str) -> float | None:
    """When a running job will be ended, in seconds since the epoch, or None if unknown.

    Args:
        job: its number, as SLURM_JOB_ID has it.
    """
    done = run_program(["scontrol", "--oneliner", "show", "job", job], _QUESTION_TIMEOUT_S)
    found = re.search(r"\bEndTime=(\S+)", done.stdout)
    with suppress(ValueError):
        return datetime.fromisoformat(found[1]).timestamp() if found else None
    return None


def requeue(job: str) -> bool:
    """Puts the job that this process runs in back into the queue, where that is allowed.

    Returns:
        False where the cluster or the job does not allow it.
    """
    return run_program(["scontrol", "requeue", job]).returncode == 0


def cancel(jobs: Sequence[int]) -> None:
    """Takes jobs out of the queue; those that have ended meanwhile do not matter."""
    if jobs:
        run_program(["scancel", *map(str, jobs)])


_IN_QUEUE = re.compile(r"(\d{1,18})\|([^|]*)\|([A-Z_]+)\|([^|]*)\|(.*)")
_IN_ACCOUNTS = re.compile(r"(\d{1,18})(?:_(\d{1,18}))?\|([A-Z_]+)\b.*")


def _of_squeue(text: str) -> list[JobState]:
    """The jobs of squeue's answer."""
    found = []
    for line in text.splitlines():
        if shown := _IN_QUEUE.fullmatch(line.strip()):
            job, index, state, reason, name = shown.groups()
            place = int(index) if index.isascii() and index.isdecimal() else None
            found.append(JobState(name, int(job), place, state, one_line(reason)))
    return found


def _of_sacct(text: str) -> dict[tuple[int, int | None], str]:
    """The states of sacct's answer; a stretch of an array that has not begun has no state."""
    ended: dict[tuple[int, int | None], str] = {}
    for line in text.splitlines():
        if shown := _IN_ACCOUNTS.fullmatch(line.strip()):
            job, place, state = shown.groups()
            ended[int(job), int(place) if place else None] = state
    return ended


def one_line(text: str) -> str:
    """What a program said, on one line."""
    return " ".join(text.split())


def run_program(
    command: Sequence[str], timeout_s: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a program of SLURM's; one that cannot be started, or hangs, returns `NOT_RUN`.

    Args:
        command: program and arguments.
        timeout_s: None for that of a change.
    """
    limit_s = _TIMEOUT_S if timeout_s is None else timeout_s
    try:
        return subprocess.run(  # noqa: S603  (a fixed program, no shell)
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit_s,
            env=outer_environment(),
            check=False,
        )
    except FileNotFoundError:
        why = f"{command[0]} is not installed here"
    except OSError as error:
        why = f"{command[0]} cannot be started ({error.strerror})"
    except subprocess.TimeoutExpired:
        why = f"{command[0]} did not answer in {limit_s:g} s"
    return subprocess.CompletedProcess(command, NOT_RUN, "", why)
