"""Handing jobs to SLURM through submitit.

Submitit writes the batch script and calls sbatch. Its pickles are not used: a job runs one plain
command, which reads what to do from the run's folder, so nothing that lies on a shared disk is
ever executed, and a job of today can be looked at, or run by hand, next year.

The command takes the place of the script's shell (`exec`) and no `srun` stands before it: with
`srun`, SLURM sends its signal to every process of the job, and a server or a decoder that is
killed in mid-question loses it. Submitit's executor for this machine is not used at all: it puts
every job on card 0; the pool of workers does that work.
"""

import io
import shlex
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path

from touchline.errors import UserError
from touchline.runs.slurm.commands import outside_any_job
from touchline.runs.slurm.reasons import refused
from touchline.runs.slurm.sbatch_options import SbatchOptions

_SIGNAL_EARLY_S = 60
"""See --signal in sbatch's manual."""


def submit_array(
    folder: Path, name: str, words: SbatchOptions, command: Sequence[str], count: int
) -> int:
    """Submits an array of jobs that run one command.

    Args:
        folder: where scripts and logs lie; every node must see it.
        name: of the jobs.
        words: options of sbatch.
        command: what each job runs; SLURM_ARRAY_TASK_ID tells it its place.
        count: how many jobs there are.

    Returns:
        The number of the array.

    Raises:
        UserError: submitit or SLURM is not there, or SLURM refuses.
    """
    return _submit(folder, name, words, command, count)


def submit_one(folder: Path, name: str, words: SbatchOptions, command: Sequence[str]) -> int:
    """As `submit_array`, for a job that is none."""
    return _submit(folder, name, words, command, None)


def signal_options(stop_before_s: int) -> dict[str, str]:
    """The word that has SLURM signal a job (its first process alone) before its end.

    It may come up to a minute early; never before the job should have stopped by itself.
    """
    return {"signal": f"B:USR2@{max(1, stop_before_s - _SIGNAL_EARLY_S)}"}


def _submit(
    folder: Path, name: str, words: SbatchOptions, command: Sequence[str], count: int | None
) -> int:
    try:
        from submitit import SlurmExecutor
        from submitit.core.utils import FailedJobError, FailedSubmissionError
    except ImportError:
        raise UserError(
            "SLURM needs the package submitit: pip install 'touchline[slurm]'."
        ) from None
    folder.mkdir(parents=True, exist_ok=True)
    try:
        executor = SlurmExecutor(folder)
    except RuntimeError as error:
        raise UserError(
            "there is no SLURM here (no srun and sbatch on the PATH): run this on the cluster's "
            "login node, or without --on slurm."
        ) from error
    # What submitit would set unasked (five minutes, a key for accounting) is the user's to say.
    executor.update_parameters(
        job_name=name,
        time=None,
        wckey=None,
        use_srun=False,
        stderr_to_stdout=True,
        additional_parameters=dict(words),
    )
    if count is not None:
        executor.parameters |= {"map_count": count, "array_parallelism": count}
    said = io.StringIO()
    try:
        with outside_any_job(), redirect_stderr(said):
            job = executor._submit_command(f"exec {shlex.join(command)}")
    except (FailedJobError, FailedSubmissionError) as error:
        words_of_slurm = " ".join(str(error).split())
        raise UserError(f"SLURM refuses: {refused(str(error))}. ({words_of_slurm})") from error
    for link in folder.glob(".submission_file_*.sh"):
        # Submitit's second name for the script: nobody looks for it.
        link.unlink(missing_ok=True)
    return int(job.job_id)


def touchline_command(*arguments: str) -> list[str]:
    """The command line of this installation of touchline, whatever PATH a node has."""
    return [sys.executable, "-u", "-m", "touchline", *arguments]
