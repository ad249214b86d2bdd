"""First stage: the vision tower and the connector are trained through the classifier."""

import logging
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from touchline.train.demo_model.augment import augment, normalize_pixels
from touchline.train.demo_model.clips import HalfClips, draw_first
from touchline.train.demo_model.network import FrameClassifier, encode_frames
from touchline.train.demo_model.training_settings import PHASES, Schedule

_FRAME_WEIGHT, _TEAM_WEIGHT = 0.3, 0.1
_log = logging.getLogger(__name__)


def train_vision(
    model: Any, classifier: FrameClassifier, halves: Sequence[HalfClips], schedule: Schedule
) -> float:
    """Trains vision tower, connector and classifier in place.

    Returns:
        The classifier's mean loss over the last tenth of the steps.
    """
    draw = np.random.default_rng(schedule.seed)
    learned = [
        *model.model.vision_model.parameters(),
        *model.model.connector.parameters(),
        *classifier.parameters(),
    ]
    optimizer = torch.optim.AdamW(
        learned, lr=schedule.vision_rate, weight_decay=schedule.weight_decay, betas=(0.9, 0.98)
    )
    losses: list[float] = []
    classifier.train()
    for step in range(schedule.vision_steps):
        set_rate(optimizer, schedule.vision_rate, step, schedule.vision_steps)
        loss, of_classes = _loss(
            model, classifier, schedule.bfloat16, *_batch(halves, schedule, draw)
        )
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        losses.append(of_classes)
        if (step + 1) % 100 == 0:
            _log.info("vision step %d: loss %.3f", step + 1, np.mean(losses[-100:]))
    return float(np.mean(losses[-max(1, len(losses) // 10) :]))


def set_rate(optimizer: torch.optim.Optimizer, highest: float, step: int, steps: int) -> None:
    """The learning rate of a step: a short rise, then half a cosine down to a hundredth."""
    rise = min(1.0, (step + 1) / max(1, min(60, steps // 10)))
    fall = 0.505 + 0.495 * math.cos(math.pi * step / steps)
    for group in optimizer.param_groups:
        group["lr"] = highest * rise * fall


def _batch(
    halves: Sequence[HalfClips], schedule: Schedule, draw: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Random clips: pixels, classes and teams, each of shape (clips, frames, ...)."""
    frames = np.array([len(half.times_ms) for half in halves])
    chosen = draw.choice(len(halves), size=schedule.vision_clips, p=frames / frames.sum())
    pixels, classes, teams = [], [], []
    for half in (halves[place] for place in chosen):
        longest = PHASES * schedule.clip_frames
        first = draw_first(draw, len(half.times_ms), longest)
        places = slice(first, first + longest, PHASES)
        pixels.append(augment(half.pixels[places], draw))
        classes.append(torch.from_numpy(half.classes[places]))
        teams.append(torch.from_numpy(half.teams[places]))
    return torch.stack(pixels), torch.stack(classes), torch.stack(teams)


def _loss(
    model: Any,
    classifier: FrameClassifier,
    bfloat16: bool,
    pixels: Tensor,
    classes: Tensor,
    teams: Tensor,
) -> tuple[Tensor, float]:
    """The loss of a batch, and the part of it that belongs to the classes."""
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        shown = encode_frames(model, pixels.flatten(0, 1))
        shown = shown.reshape(*pixels.shape[:2], *shown.shape[1:])
        of_clip, of_team, of_frame = (logits.float() for logits in classifier(shown))
    clip_loss = _classes_loss(of_clip, classes)
    loss = clip_loss + _FRAME_WEIGHT * _classes_loss(of_frame, classes)
    known = teams >= 0
    if known.any():
        team_loss = functional.binary_cross_entropy_with_logits(of_team[known], teams[known])
        loss = loss + _TEAM_WEIGHT * team_loss
    return loss, float(clip_loss.detach())


def _classes_loss(logits: Tensor, classes: Tensor) -> Tensor:
    losses = functional.binary_cross_entropy_with_logits(logits, classes, reduction="none")
    return losses.sum(dim=-1).mean()


def predict_half(
    model: Any,
    classifier: FrameClassifier,
    half: HalfClips,
    schedule: Schedule,
    draw: np.random.Generator | None = None,
) -> tuple[Tensor, NDArray[np.float32], NDArray[np.float32]]:
    """The predictions for a whole half.

    Args:
        model: the model.
        classifier: the classifier.
        half: the half.
        schedule: says how many frames the classifier sees at once.
        draw: changes the half at random (see `augment`); None leaves it as it is.

    Returns:
        The embeddings that the language model gets, shape (frames, tokens per frame, width);
        probability of each class, and probability that it is the first team's, both of shape
        (frames, classes).
    """
    classifier.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=schedule.bfloat16):
        changed = normalize_pixels(half.pixels) if draw is None else augment(half.pixels, draw)
        shown = torch.cat([encode_frames(model, part) for part in torch.split(changed, 256)])
        count = len(shown)
        classes, teams = np.zeros((2, count, half.classes.shape[1]), dtype=np.float32)
        clips = np.zeros((count, 1), dtype=np.float32)
        for places in _overlapping(count, schedule.clip_frames):
            of_clip, of_team, _ = classifier(shown[places][None].float())
            classes[places] += of_clip[0].float().sigmoid().numpy()
            teams[places] += of_team[0].float().sigmoid().numpy()
            clips[places] += 1
    return shown.float(), classes / clips, teams / clips


def _overlapping(count: int, clip_frames: int) -> list[slice]:
    """Clips that cover every frame of a half, each half a clip after the last."""
    longest = PHASES * clip_frames
    last = max(0, count - longest)
    starts = sorted({*range(0, last, longest // 2), last})
    return [
        slice(start + phase, min(start + longest, count), PHASES)
        for start in starts
        for phase in range(PHASES)
    ]
