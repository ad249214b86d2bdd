"""SLURM's commands: the queue, when a job ends, requeueing and cancelling.

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
NOT_RUN = 127
"""Return code of a program that is not installed or did not answer."""
_SLURMS = ("SLURM_", "SLURMD_", "SRUN_")
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
        if name in _SETTINGS or not (name.startswith(_SLURMS) or (inside and name in _DEVICES))
    }


def queued() -> list[JobState]:
    """All jobs of this user that wait or run, each task of an array by itself.

    Raises:
        UserError: SLURM does not answer.
    """
    shown = "--format=%F|%K|%T|%r|%j"
    done = run_program(["squeue", "--noheader", "--array", "--user", str(os.getuid()), shown])
    if done.returncode != 0:
        raise UserError(
            f"squeue failed, so the state of the jobs is unknown: {done.stderr.strip()}."
        )
    found = []
    for line in done.stdout.splitlines():
        job, index, state, reason, name = line.split("|", 4)
        place = int(index) if index.isdecimal() else None
        found.append(JobState(name, int(job), place, state, reason))
    return found


def ended_states(job: int) -> dict[int | None, str]:
    """How the tasks of a job ended, by place in the array, as far as SLURM still knows.

    Args:
        job: number of a job or an array.

    Returns:
        States such as "TIMEOUT"; empty when SLURM does not keep the job any more.
    """
    options = ["--noheader", "--parsable2", "--allocations", "--format=JobID,State"]
    done = run_program(["sacct", *options, f"--jobs={job}"])
    if done.returncode == 0 and done.stdout.strip():
        return _of_sacct(done.stdout)
    done = run_program(["scontrol", "--oneliner", "show", "job", str(job)])
    return _of_scontrol(done.stdout) if done.returncode == 0 else {}


def end_time_s(job: str) -> float | None:
    """When a running job will be ended, in seconds since the epoch, or None if unknown.

    Args:
        job: its number, as SLURM_JOB_ID has it.
    """
    done = run_program(["scontrol", "--oneliner", "show", "job", job])
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
        place = re.search(r"\bArrayTaskId=(\S+)", line)
        # A stretch of an array that has not begun is one line, as in "2-9%2".
        one = re.fullmatch(r"(\d+)(%\d+)?", place[1]) if place else None
        if state and (one or not place):
            ended[int(one[1]) if one else None] = state[1]
    return ended


def run_program(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Runs a program of SLURM's; one that is not installed, or hangs, returns `NOT_RUN`."""
    try:
        return subprocess.run(  # noqa: S603  (a fixed program, no shell)
            command,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            env=outer_environment(),
            check=False,
        )
    except FileNotFoundError:
        why = f"{command[0]} is not installed here"
    except subprocess.TimeoutExpired:
        why = f"{command[0]} did not answer in {_TIMEOUT_S} s"
    return subprocess.CompletedProcess(command, NOT_RUN, "", why)
