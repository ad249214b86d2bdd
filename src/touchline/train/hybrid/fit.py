"""Fitting the network to clips."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from touchline.models import FrameScores, HybridNetwork
from touchline.progress import Progress
from touchline.train.hybrid.clip_batches import ClipBatch
from touchline.train.hybrid.fit_state import STATE_EVERY, FitParts, FitState
from touchline.train.hybrid.hybrid_settings import HybridSettings

_AVERAGED = 0.99
"""What remains of the running average of the weights after each step."""

_RISE = 0.08
"""Share of the steps in which the learning rate rises."""

_MOST_GRADIENT = 1.0
_SHIFT_KNEE_S = 0.3
"""Displacements that are wrong by less cost their square, others their amount."""


def fit(
    network: HybridNetwork,
    draw_batch: Callable[[np.random.Generator], ClipBatch],
    settings: HybridSettings,
    progress: Progress,
    state: FitState,
    draw: np.random.Generator,
) -> tuple[HybridNetwork, list[float]]:
    """Trains a network, or goes on where that stopped.

    Args:
        network: its weights are changed.
        draw_batch: returns the clips of a step, with random numbers of the generator it gets.
        settings: steps and rates.
        progress: of the steps.
        state: written every `STATE_EVERY` steps and after the last one; where it is there, training
            goes on from it, with the same losses.
        draw: random number generator of the clips.

    Returns:
        A network with the running average of the weights, and the loss of each step.
    """
    average: Any = get_ema_multi_avg_fn(_AVERAGED)  # type: ignore[no-untyped-call]
    averaged = AveragedModel(network, multi_avg_fn=average)
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        betas=(0.9, 0.98),
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: rate_share(step, settings.steps)
    )
    losses: list[float] = []
    parts = FitParts(network, averaged, optimizer, schedule, draw, losses)
    state.load(parts)
    network.train()
    for step in range(len(losses), settings.steps):
        batch = draw_batch(draw)
        made = batch.frames if network.frames is None else network.frames(batch.frames)
        features = made.view(*batch.near.shape[:2], -1)
        loss = spotting_loss(network.time(features, batch.sound), batch, settings.shift_weight)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), _MOST_GRADIENT)
        optimizer.step()
        schedule.step()
        averaged.update_parameters(network)
        losses.append(loss.item())
        if len(losses) % STATE_EVERY == 0 or len(losses) == settings.steps:
            state.save(parts)
        progress(step + 1, settings.steps)
    assert isinstance(averaged.module, HybridNetwork)  # a copy of the network
    return averaged.module.eval(), losses


def rate_share(step: int, steps: int) -> float:
    """The learning rate of a step as a share of the highest: a rise, then half a cosine."""
    rise = min(1.0, (step + 1) / max(1.0, _RISE * steps))
    return rise * (0.505 + 0.495 * math.cos(math.pi * step / steps))


def spotting_loss(scores: FrameScores, batch: ClipBatch, shift_weight: float) -> Tensor:
    """The loss of the classes, and of the displacements near events.

    Args:
        scores: of the frames of some clips.
        batch: what they should be.
        shift_weight: of the second.
    """
    classes = functional.binary_cross_entropy_with_logits(
        scores.logits, batch.near, reduction="none"
    )
    shifts = functional.smooth_l1_loss(
        scores.shift_s, batch.shift_s, reduction="none", beta=_SHIFT_KNEE_S
    )
    of_shifts = (shifts * batch.near).sum() / (batch.near.sum() + 1)
    return classes.sum(dim=-1).mean() + shift_weight * of_shifts


def last_loss(losses: Sequence[list[float]]) -> float:
    """The mean loss of the last tenth of the steps of all members."""
    lasts = [of_steps[-max(1, len(of_steps) // 10) :] for of_steps in losses]
    return float(np.mean(lasts))
