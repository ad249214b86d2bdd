"""The words of sbatch: what a user gives on the command line, and what every job is given."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from touchline.errors import UserError

SbatchOptions = Mapping[str, str | bool]
"""Options of sbatch by their long name without dashes; True is one without a value."""

_OURS = {
    "array": "--jobs and --jobs-at-once say how long it is",
    "dependency": "the jobs that score the run wait for those that ask",
    "error": "logs lie in the run's folder",
    "job-name": "jobs are known by the run's name",
    "open-mode": "a requeued job goes on with its log",
    "output": "logs lie in the run's folder",
    "parsable": "the job's number is read from what sbatch says",
    "signal": "--stop-before says when jobs end by themselves",
    "wrap": "touchline writes the script",
}
"""Options that a run sets itself, and why."""


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """What a user wants of SLURM.

    Attributes:
        words: options of sbatch for the jobs that ask.
        jobs: into how many jobs the work of each model is split, or None to choose.
        jobs_at_once: how many jobs of the array may run at a time, or None.
        stop_before_s: how long before its end a job stops taking questions.
        cards_per_worker: how many of a job's cards one worker uses; the others of a job with more
            cards get workers of their own.
        quota_bytes: the most that models may take on the disk, or None for no limit.
        merge_partition: partition of the job that scores the run; None takes that of the others.
    """

    words: SbatchOptions
    jobs: int | None
    jobs_at_once: int | None
    stop_before_s: int
    cards_per_worker: int
    quota_bytes: int | None = None
    merge_partition: str | None = None


def sbatch_options(named: Mapping[str, object], raw: Sequence[str]) -> dict[str, str | bool]:
    """The options of sbatch that a user gave.

    Args:
        named: options that touchline knows by name, without a value where not given.
        raw: further arguments of sbatch as they stand on its command line, each one or more.

    Raises:
        UserError: an option that a run sets itself, or one that cannot be read.

    Example:
        >>> sbatch_options({"partition": "GPU", "qos": None}, ["--gpus-per-node=2"])
        {'partition': 'GPU', 'gpus-per-node': '2'}
    """
    words: dict[str, str | bool] = {}
    for name, value in named.items():
        if value is not None and value is not False:
            words[name.replace("_", "-")] = True if value is True else str(value)
    for argument in (part for one in raw for part in _parted(one)):
        name, equals, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--") or not name:
            raise UserError(
                f"--sbatch '{argument}': write arguments of sbatch in their long form, as in "
                "--sbatch=--gpus-per-node=2."
            )
        words[name] = value if equals else True
    for name in words:
        if name in _OURS:
            raise UserError(f"--sbatch '--{name}' is touchline's own to set: {_OURS[name]}.")
    return words


def _parted(raw: str) -> list[str]:
    try:
        return shlex.split(raw)
    except ValueError as error:
        raise UserError(f"--sbatch {raw}: a quotation mark is not closed.") from error


def finalize_options(words: SbatchOptions, partition: str | None) -> dict[str, str | bool]:
    """The options of the job that scores a run: where and as whom, but no card.

    It needs a core for some minutes, so it asks for no more.

    Args:
        words: of the jobs that ask.
        partition: another partition than theirs, or None.
    """
    kept = ("partition", "account", "qos", "reservation", "mail-user", "mail-type")
    found = {name: words[name] for name in kept if name in words}
    return found | ({"partition": partition} if partition else {})
