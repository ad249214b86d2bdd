"""What a training of a spotter goes on from after it was stopped."""

import io
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch import nn

from touchline.errors import UserError
from touchline.files import make_folder, whole_file

STATE_EVERY = 50
"""Steps between two states."""


@dataclass(frozen=True, slots=True)
class FitParts:
    """Everything that a step of the training changes.

    Attributes:
        network: that is trained.
        averaged: the running average of its weights.
        optimizer: of its weights.
        schedule: of the learning rate.
        draw: random number generator of the clips; that of torch, which dropout uses, counts too.
        losses: of all steps so far.
    """

    network: nn.Module
    averaged: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    draw: np.random.Generator
    losses: list[float]


class FitState:
    """The file with the state of a training, which is gone when the training is done.

    Args:
        file: its path.
        facts: what is trained: a state of anything else is refused.
    """

    def __init__(self, file: Path, facts: Mapping[str, Any]) -> None:
        self._file, self._facts = file, facts
        self._started_s = time.process_time()
        self.cpu_seconds = 0.0
        """CPU time of the steps until the last state, with those before it was stopped."""

    def save(self, parts: FitParts) -> None:
        """Writes the state after a step."""
        now_s = time.process_time()
        self.cpu_seconds += now_s - self._started_s
        self._started_s = now_s
        state = {
            "facts": json.dumps(self._facts, sort_keys=True),
            "network": parts.network.state_dict(),
            "averaged": parts.averaged.state_dict(),
            "optimizer": parts.optimizer.state_dict(),
            "schedule": parts.schedule.state_dict(),
            "draw": json.dumps(parts.draw.bit_generator.state),
            "torch": torch.get_rng_state(),
            "losses": parts.losses,
            "cpu_seconds": self.cpu_seconds,
        }
        written = io.BytesIO()
        torch.save(state, written)
        make_folder(self._file.parent)
        with whole_file(self._file) as file:
            file.write(written.getvalue())

    def check(self) -> None:
        """Raises `UserError` where the file is the state of another training, or damaged."""
        if self._file.is_file():
            self._read()

    def load(self, parts: FitParts) -> None:
        """Sets all parts to the state of the file; without one, they stay as they are.

        The time of the steps counts from here.

        Raises:
            UserError: it is the state of another training, or damaged.
        """
        self._started_s = time.process_time()
        if not self._file.is_file():
            return
        state = self._read()
        parts.network.load_state_dict(state["network"])
        parts.averaged.load_state_dict(state["averaged"])
        parts.optimizer.load_state_dict(state["optimizer"])
        parts.schedule.load_state_dict(state["schedule"])
        parts.draw.bit_generator.state = json.loads(state["draw"])
        torch.set_rng_state(state["torch"])
        parts.losses[:] = state["losses"]
        self.cpu_seconds = state["cpu_seconds"]

    def _read(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = torch.load(self._file, weights_only=True)
            before = json.loads(state["facts"])
        except (RuntimeError, UnpicklingError, EOFError, ValueError, KeyError) as error:
            raise UserError(
                f"{self._file} is damaged: delete it, and the training begins again."
            ) from error
        now = json.loads(json.dumps(self._facts))
        changed = sorted(name for name in now if before.get(name) != now[name])
        if changed:
            raise UserError(
                f"{self._file} is of a training with other {' and '.join(changed)}: give this one "
                "another folder with --out."
            )
        return state
