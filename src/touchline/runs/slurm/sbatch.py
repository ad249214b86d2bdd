"""Submits jobs to SLURM: writes a batch script and calls sbatch.

A job runs one plain command, which reads what to do from the run's folder. Nothing on a shared
disk is unpickled, and the script of a job can be read, or run by hand, a year later.

The command replaces the script's shell (`exec`) and is not started by `srun`: `srun` passes
SLURM's signal to every process of the job, and a server or a decoder that is killed while it
answers loses the question.
"""

import os
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.files import write_atomically
from touchline.runs.slurm.commands import NOT_RUN, one_line, run_program
from touchline.runs.slurm.reasons import refused
from touchline.runs.slurm.sbatch_options import SbatchOptions

_SIGNAL_EARLY_S = 60
"""See --signal in sbatch's manual."""


@dataclass(frozen=True, slots=True)
class BatchJob:
    """A job, or an array of jobs, as it is given to sbatch.

    Attributes:
        script: where the batch script goes.
        text: of the script; it has all options, so that it can be submitted by hand.
        arguments: of sbatch. They repeat the options: variables such as SBATCH_PARTITION in the
            user's shell override those of a script, but not these.
    """

    script: Path
    text: str
    arguments: tuple[str, ...]


def array_job(
    folder: Path, name: str, options: SbatchOptions, command: Sequence[str], count: int
) -> BatchJob:
    """An array of jobs that run one command.

    Args:
        folder: where scripts and logs lie; every node must see it.
        name: of the jobs.
        options: of sbatch; `array` may limit how many jobs run at a time.
        command: what each job runs; SLURM_ARRAY_TASK_ID tells it its place.
        count: how many jobs there are.
    """
    return _job(folder, name, {"array": f"0-{count - 1}", **options}, command, "%A_%a")


def single_job(folder: Path, name: str, options: SbatchOptions, command: Sequence[str]) -> BatchJob:
    """As `array_job`, for a job by itself."""
    return _job(folder, name, options, command, "%j")


def signal_options(stop_before_s: int) -> dict[str, str]:
    """The option that has SLURM signal a job (its first process alone) before its end.

    The signal may come up to a minute early; never before the job should have stopped by itself.
    """
    return {"signal": f"B:USR2@{max(1, stop_before_s - _SIGNAL_EARLY_S)}"}


def _job(
    folder: Path, name: str, options: SbatchOptions, command: Sequence[str], number: str
) -> BatchJob:
    ours = {
        "job-name": name,
        "open-mode": "append",
        "output": str(folder.resolve() / f"{number}_0_log.out"),
    }
    lines = [
        f"--{key}" if value is True else f"--{key}={value}"
        for key, value in sorted({**ours, **options}.items())
    ]
    script = folder / f"{name}.sh"
    text = "\n".join(
        [
            "#!/bin/bash",
            *(f"#SBATCH {_quoted(line)}" for line in lines),
            "",
            f"exec {shlex.join(command)}",
            "",
        ]
    )
    return BatchJob(script, text, ("--parsable", *lines, str(script)))


def _quoted(option: str) -> str:
    name, equals, value = option.partition("=")
    return f"{name}={shlex.quote(value)}" if equals else name


def submit_job(job: BatchJob) -> int:
    """Submits a job, or an array of jobs.

    Returns:
        Its number.

    Raises:
        UserError: SLURM refuses.
        ComeBackLater: SLURM does not answer.
    """
    write_atomically(job.script, job.text)
    done = run_program(["sbatch", *job.arguments])
    if done.returncode == NOT_RUN:
        # The job may be in the queue nevertheless; it is found there by its name.
        raise ComeBackLater(f"{done.stderr}: run the same command again in a few minutes.")
    if done.returncode != 0:
        raise UserError(
            f"SLURM refuses: {refused(done.stderr)}{_from_shell()}. ({one_line(done.stderr)})"
        )
    # "NUMBER", or "NUMBER;CLUSTER" where there are several clusters; sites print more around it.
    numbers = re.findall(r"^(\d{1,18})(?:;\S*)?\s*$", done.stdout, re.MULTILINE)
    if not numbers:
        raise ComeBackLater(
            f"sbatch accepted the job, but its answer has no number ('{one_line(done.stdout)}'): "
            "run the same command again in a few minutes: the job is found by its name."
        )
    return int(numbers[-1])


def _from_shell() -> str:
    """The variables of the shell that sbatch reads for options that are not given."""
    names = sorted(name for name in os.environ if name.startswith("SBATCH_"))
    return f"; the shell also sets {', '.join(names)}" if names else ""


def touchline_command(*arguments: str) -> list[str]:
    """The command line of this installation of touchline, whatever PATH a node has."""
    return [sys.executable, "-u", "-m", "touchline", *arguments]
