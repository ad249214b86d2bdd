"""Options of sbatch: those that the user gives, and those that every job gets."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from touchline.errors import UserError

SbatchOptions = Mapping[str, str | bool]
"""Options of sbatch by their long name without dashes; True is one without a value."""

_RESERVED = {
    "array": "--jobs and --jobs-at-once set its size",
    "dependency": "the jobs that score the run wait for those that ask",
    "error": "logs are in the run's folder",
    "job-name": "jobs are known by the run's name",
    "open-mode": "a requeued job continues its log",
    "output": "logs are in the run's folder",
    "parsable": "the job's number is read from sbatch's output",
    "signal": "--stop-before sets when jobs end by themselves",
    "wrap": "touchline writes the script",
}
"""Options that touchline sets itself, and why."""


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """How a run is submitted to SLURM.

    Attributes:
        sbatch: options of sbatch for the jobs that ask.
        jobs: into how many jobs the work of each model is split, or None to choose.
        jobs_at_once: how many jobs of the array may run at a time, or None.
        stop_before_s: how long before its end a job stops taking questions.
        gpus_per_worker: how many of a job's GPUs one worker uses; a job with more GPUs has more
            workers.
        quota_bytes: size limit of the models on the disk, or None.
        finalize_partition: partition of the job that scores the run; None takes that of the
            others.
    """

    sbatch: SbatchOptions
    jobs: int | None
    jobs_at_once: int | None
    stop_before_s: int
    gpus_per_worker: int
    quota_bytes: int | None = None
    finalize_partition: str | None = None


def sbatch_options(named: Mapping[str, object], raw: Sequence[str]) -> dict[str, str | bool]:
    """The options of sbatch that the user gave.

    Args:
        named: options that touchline knows by name, without a value where not given.
        raw: further arguments of sbatch as they stand on its command line, each one or more.

    Raises:
        UserError: an option that touchline sets itself, or one that cannot be read.

    Example:
        >>> sbatch_options({"partition": "GPU", "qos": None}, ["--gpus-per-node=2"])
        {'partition': 'GPU', 'gpus-per-node': '2'}
    """
    options: dict[str, str | bool] = {}
    for name, value in named.items():
        if value is not None and value is not False:
            options[name.replace("_", "-")] = True if value is True else str(value)
    for argument in (part for one in raw for part in _split(one)):
        name, equals, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--") or not name:
            raise UserError(
                f"--sbatch '{argument}': write arguments of sbatch in their long form, as in "
                "--sbatch=--gpus-per-node=2."
            )
        options[name] = value if equals else True
    for name in options:
        if name in _RESERVED:
            raise UserError(f"--sbatch '--{name}' is set by touchline: {_RESERVED[name]}.")
    return options


def _split(raw: str) -> list[str]:
    try:
        return shlex.split(raw)
    except ValueError as error:
        raise UserError(f"--sbatch {raw}: a quotation mark is not closed.") from error


def finalize_options(sbatch: SbatchOptions, partition: str | None) -> dict[str, str | bool]:
    """The options of the job that scores a run: where and as whom, but no GPU.

    It needs a core for some minutes, so it asks for no more.

    Args:
        sbatch: of the jobs that ask.
        partition: another partition than theirs, or None.
    """
    kept = ("partition", "account", "qos", "reservation", "mail-user", "mail-type")
    found = {name: sbatch[name] for name in kept if name in sbatch}
    return found | ({"partition": partition} if partition else {})
