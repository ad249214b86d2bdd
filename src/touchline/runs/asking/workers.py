"""How many worker processes a run has, and which device each of them uses."""

import os
import subprocess
import sys
from dataclasses import dataclass

from touchline.errors import UserError
from touchline.models import Card, LocalCard, StartedCard

_WORKER = (sys.executable, "-m", "touchline.runs.asking.pool_worker")
_VISIBLE = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True, slots=True)
class WorkerTerms:
    """What a worker needs to know of money that its run spends.

    Attributes:
        frame_size: width and height in pixels of the largest frame that its model is shown.
        limit_usd: the most that the run may spend in all; infinity sets no limit.
    """

    frame_size: tuple[int, int]
    limit_usd: float

    @property
    def text(self) -> str:
        """The terms as an argument of the worker."""
        width, height = self.frame_size
        return f"{width}x{height}:{self.limit_usd!r}"

    @classmethod
    def parse(cls, text: str) -> "WorkerTerms":
        """The terms of an argument (see `text`)."""
        size, _, limit = text.partition(":")
        width, height = size.split("x")
        return cls((int(width), int(height)), float(limit))


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """The workers of a run on one machine.

    Attributes:
        devices: the CUDA device of each worker; None leaves it all that are visible here. There
            is one worker for each entry.
        command: the command that starts a worker.
        terms: of the money that they spend; None where they spend none.
    """

    devices: tuple[str | None, ...]
    command: tuple[str, ...] = _WORKER
    terms: WorkerTerms | None = None

    def applies_to(self, card: Card) -> bool:
        """Whether workers ask a model.

        GPUs are for models whose weights are on this machine. A null baseline is done sooner than
        a worker starts, a model with a memory is asked in order, and a card that names its devices
        has a server or a worker on each of them.
        """
        if card.is_baseline or card.memory:
            return False
        if isinstance(card, StartedCard) and card.devices is not None:
            return False
        return isinstance(card, LocalCard) or self.devices[0] is None

    def environment(self, number: int) -> dict[str, str]:
        """The environment of a worker."""
        threads = max(1, (os.cpu_count() or 1) // len(self.devices))
        # Weights are fetched before a run; a hub soon refuses workers that all ask it.
        defaults = {"OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1"}
        environment = {**defaults, **os.environ}
        device = self.devices[number]
        return environment if device is None else environment | {_VISIBLE: device}


def choose_workers(gpus: str | None, workers: int | None) -> WorkerConfig | None:
    """The workers that the options ask for; None where this process does the work itself.

    Args:
        gpus: a number of GPUs or "auto" for all that are visible, or None.
        workers: a number of processes, or None.

    Raises:
        UserError: both are given, or fewer GPUs are visible.
    """
    if gpus is not None and workers is not None:
        raise UserError(
            "--gpus and --workers exclude each other: --gpus starts one worker per GPU."
        )
    if gpus is not None:
        return WorkerConfig(_chosen_gpus(gpus))
    if workers is not None:
        if workers < 1:
            raise UserError("--workers must be at least 1.")
        return WorkerConfig((None,) * workers)
    return None


def _chosen_gpus(gpus: str) -> tuple[str, ...]:
    if gpus != "auto" and not (gpus.isdecimal() and int(gpus)):
        raise UserError(f"--gpus must be a number or 'auto', not '{gpus}'.")
    visible = visible_gpus()
    count = len(visible) if gpus == "auto" else int(gpus)
    if not visible or count > len(visible):
        raise UserError(
            f"--gpus {gpus}: {len(visible)} NVIDIA GPUs are visible here; choose fewer, or use "
            "--workers for models that need no GPU."
        )
    return visible[:count]


def visible_gpus() -> tuple[str, ...]:
    """The GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them."""
    visible = os.environ.get(_VISIBLE)
    if visible is not None:
        return tuple(name.strip() for name in visible.split(",") if name.strip() not in ("", "-1"))
    try:
        listed = subprocess.run(
            ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in listed.stdout.splitlines() if line.strip())
