"""Environment variables: those that SLURM sets for a job, and those that a job sets."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import UserError

_CACHES = {
    "TRITON_CACHE_DIR": "triton",
    "TORCHINDUCTOR_CACHE_DIR": "inductor",
    "TORCH_EXTENSIONS_DIR": "torch-extensions",
    "CUDA_CACHE_PATH": "cuda",
    "VLLM_CACHE_ROOT": "vllm",
}
"""Where compilers keep what they made. On a shared disk thousands of small files, written by many
jobs at once, are slow, and locks on them hang."""


@dataclass(frozen=True, slots=True)
class JobIdentity:
    """Which job this process is.

    Attributes:
        job: its number as scontrol takes it. For a task of an array that is "ARRAY_INDEX":
            SLURM_JOB_ID of its last task is the number of the whole array, and what is done to
            that is done to all.
        index: its place in the array, or None.
    """

    job: str
    index: int | None


def own_job(environment: Mapping[str, str]) -> JobIdentity:
    """Which job a process is, from what SLURM sets; never from the GPUs that it was given.

    Raises:
        UserError: it is not a SLURM job.
    """
    array, index = environment.get("SLURM_ARRAY_JOB_ID"), environment.get("SLURM_ARRAY_TASK_ID")
    if array and index:
        return JobIdentity(f"{array}_{index}", int(index))
    if job := environment.get("SLURM_JOB_ID"):
        return JobIdentity(job, None)
    raise UserError("this is not a SLURM job: submit jobs with `touchline run BENCH --on slurm`.")


def worker_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables that a job sets before it loads a library.

    Nodes often have no network: models are downloaded before, and the hub must not be asked for
    them. What compilers make is kept on the node; a place that the user chose stays.
    """
    local = environment.get("SLURM_TMPDIR") or environment.get("TMPDIR") or tempfile.gettempdir()
    scratch = Path(local) / f"touchline-{os.getuid()}"
    caches = {name: str(scratch / folder) for name, folder in _CACHES.items()}
    chosen = {name: environment[name] for name in caches if name in environment}
    return {**caches, **chosen, "HF_HUB_OFFLINE": "1"}
