"""The options of `touchline run` for SLURM; those of sbatch keep their names."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

import typer

from touchline.errors import UserError

_PANEL = "On a cluster: --on slurm"

SBATCH = {
    "partition": "Partition to submit to.",
    "account": "Account to charge.",
    "qos": "Quality of service (QOS).",
    "gres": "GPUs of each job, such as gpu:TitanRTX:1.",
    "time": "Time limit of a job, such as 6:00:00.",
    "mem": "Memory of a job, such as 64G.",
    "cpus_per_task": "Cores of a job.",
    "constraint": "Features that nodes must have.",
    "nodelist": "Nodes to run on.",
    "exclude": "Nodes not to run on.",
    "exclusive": "Whole nodes, with all their GPUs.",
    "reservation": "Reservation to use.",
    "mail_type": "When to send mail, such as END,FAIL.",
    "mail_user": "Address for mail.",
}
"""Help of sbatch's own options; their values are passed on as they are."""

_FLAGS = {"exclusive"}


def _option(annotation: Any, default: Any, about: str, *names: str, **more: Any) -> tuple[Any, Any]:
    option = typer.Option(*names, help=about, rich_help_panel=_PANEL, **more)
    return Annotated[annotation, option], default


def _sbatch_option(name: str, about: str) -> tuple[Any, Any]:
    if name in _FLAGS:
        return _option(bool, False, about, f"--{name}")
    return _option(str | None, None, about)


OPTIONS = {name: _sbatch_option(name, about) for name, about in SBATCH.items()} | {
    "sbatch": _option(
        list[str] | None,
        None,
        "Any other option of sbatch, such as --sbatch=--gpus-per-node=2.",
    ),
    "jobs": _option(int | None, None, "Number of jobs for each model.", min=1),
    "jobs_at_once": _option(int | None, None, "Number of jobs that may run at once.", min=1),
    "gpus_per_worker": _option(
        int,
        1,
        "GPUs of a job that one worker uses, for models that need several.",
        "--gpus-per-worker",
        "--cards-per-worker",
        min=1,
    ),
    "finalize_partition": _option(
        str | None,
        None,
        "Another partition for the job that scores, where --partition takes only jobs with GPUs.",
        "--finalize-partition",
        "--merge-partition",
    ),
    "model_quota": _option(
        str | None,
        None,
        "Disk space for weights, such as 150GB: the models that fit are downloaded and asked; the "
        "next run deletes those that are done to make room for the others.",
    ),
    "stop_before": _option(
        int,
        180,
        "How long before its end a job stops asking.",
        min=0,
        metavar="SECONDS",
    ),
}
"""Annotation and default of every option, by parameter name."""


def takes_slurm_options(verb: Callable[..., None]) -> Callable[..., None]:
    """Adds the options of SLURM to a verb, which gets their values by name as `slurm`."""

    @wraps(verb)
    def with_options(**given: Any) -> None:
        slurm = {name: given.pop(name) for name in OPTIONS}
        verb(**given, slurm=slurm)

    signature = inspect.signature(verb)
    own = [one for name, one in signature.parameters.items() if name != "slurm"]
    added = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, (annotation, default) in OPTIONS.items()
    ]
    with_options.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*own, *added]
    )
    with_options.__annotations__ = {one.name: one.annotation for one in (*own, *added)}
    return with_options


def refuse_mixed(on_slurm: bool, here: Mapping[str, object], slurm: Mapping[str, object]) -> None:
    """Refuses options that have no meaning where the benchmark runs.

    Args:
        on_slurm: whether the cluster runs it.
        here: values of the options for this machine only, by parameter name.
        slurm: values of the options for a cluster.

    Raises:
        UserError: naming the first of them.
    """
    if on_slurm:
        stray = [name for name, value in here.items() if value]
        fix = "applies to this machine only: omit it, or omit --on slurm"
    else:
        stray = [name for name, value in slurm.items() if value and value != OPTIONS[name][1]]
        fix = "applies to a cluster only: add --on slurm"
    if stray:
        raise UserError(f"--{stray[0].replace('_', '-')} {fix}.")
