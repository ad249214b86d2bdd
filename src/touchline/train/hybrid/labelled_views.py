"""Halves to learn from: views of their frames, and what the network should say of each frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from touchline.games import Half, Label
from touchline.models import (
    BELL_TO_REACH,
    FAR_TO_REACH,
    HybridConfig,
    VisionTower,
    read_pixels,
    sound_features,
)
from touchline.video import FrameSpec, cut_windows, find_sound_events, open_frame_store

Floats = NDArray[np.float32]

PHASES = 2
"""Frames are read at every 1/PHASES of their step: a view has those of one phase."""

EDGE = 0.05
"""Pixels have so much of their size more on every side, so that clips can be moved."""

GAIN, LIFT = 0.15, 0.1
"""How much colours are changed at random: a factor, and what is added to values from -1 to 1."""

_AT_ONCE = 64
"""Frames of which a tower makes the features together."""


@dataclass(frozen=True, slots=True)
class LabelledView:
    """The frames of one half at the rate at which the spotter is asked, as one of several views.

    Attributes:
        half: the half.
        frames: pixels with their edges repeated around them, shape (frames, height, width, 3);
            or features of a vision tower, shape (frames, features).
        near: how near an event of each class is, 1 at the event, shape (frames, classes).
        shift_s: seconds from the frame to the nearest event of each class, shape (frames,
            classes); 0 where none is near.
        sound: features of the sound at each frame, shape (frames, sound features), or None.
    """

    half: Half
    frames: NDArray[np.uint8] | Floats
    near: Floats
    shift_s: Floats
    sound: Floats | None


def read_views(
    half: Half,
    labels: Sequence[Label],
    config: HybridConfig,
    spec: FrameSpec,
    cache: Path | None = None,
) -> list[LabelledView]:
    """The views of a half for a spotter with a network of its own for frames: one of each phase.

    Labels of events that are not shown count as well, as they do in the scores.

    Args:
        half: the half.
        labels: of the game.
        config: of the network: its classes, the size of its frames, and whether it listens.
        spec: how the spotter will be asked.
        cache: folder of the frame stores; None takes the default one.

    Raises:
        UserError: the video or its sound cannot be read.
    """
    jpegs, times_ms = _frames(half, spec, cache)
    height, width = config.height, config.width_pixels
    up, left = edges((height, width))
    pixels = np.pad(
        read_pixels(jpegs, height, width), ((0, 0), (up, up), (left, left), (0, 0)), mode="edge"
    )
    whole = _labelled(half, pixels, times_ms, labels, config)
    return [_of_phase(whole, phase) for phase in range(PHASES)]


def read_tower_views(
    half: Half,
    labels: Sequence[Label],
    config: HybridConfig,
    spec: FrameSpec,
    tower: VisionTower,
    draws: Sequence[np.random.Generator | None],
    cache: Path | None = None,
) -> list[LabelledView]:
    """The views of a half as a vision tower sees them, phase after phase.

    Args:
        half: the half.
        labels: of the game.
        config: of the network.
        spec: how the spotter will be asked.
        tower: makes the features.
        draws: a random number generator for each view, which changes its pictures; None leaves
            them as they are.
        cache: folder of the frame stores; None takes the default one.

    Raises:
        UserError: the video or its sound cannot be read.
    """
    jpegs, times_ms = _frames(half, spec, cache)
    views = []
    for number, draw in enumerate(draws):
        places = slice(number % PHASES, None, PHASES)
        change = None if draw is None else PictureChange.drawn(draw)
        parts = list(_batches(jpegs[places]))
        made = [tower.features(_changed(tower.pixel_values(part), change)) for part in parts]
        views.append(_labelled(half, np.concatenate(made), times_ms[places], labels, config))
    return views


def _frames(
    half: Half, spec: FrameSpec, cache: Path | None
) -> tuple[list[bytes], NDArray[np.int64]]:
    fine = spec.model_copy(update={"fps": spec.fps * PHASES})
    times = sorted({time for window in cut_windows(half, fine) for time in window.frame_times_ms})
    return open_frame_store(half, fine, cache).jpegs(times), np.array(times, dtype=np.int64)


def _batches(jpegs: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for first in range(0, len(jpegs), _AT_ONCE):
        yield jpegs[first : first + _AT_ONCE]


def _labelled(
    half: Half,
    frames: NDArray[np.uint8] | Floats,
    times_ms: NDArray[np.int64],
    labels: Sequence[Label],
    config: HybridConfig,
) -> LabelledView:
    near, shift_s = targets(times_ms, [one for one in labels if one.half == half.number], config)
    sound = sound_features(times_ms, find_sound_events(half.video)) if config.sound else None
    return LabelledView(half, frames, near, shift_s, sound)


def _of_phase(view: LabelledView, phase: int) -> LabelledView:
    """Every `PHASES`th frame of a view."""
    kept = slice(phase, None, PHASES)
    return replace(
        view,
        frames=view.frames[kept],
        near=view.near[kept],
        shift_s=view.shift_s[kept],
        sound=None if view.sound is None else view.sound[kept],
    )


def edges(size: tuple[int, int]) -> tuple[int, int]:
    """Pixels that are added above and below, and left and right, of a frame of some size."""
    return round(EDGE * size[0]), round(EDGE * size[1])


@dataclass(frozen=True, slots=True)
class PictureChange:
    """A random change of all frames of a view; mirroring is allowed, as sides change anyway.

    Attributes:
        mirrored: whether left and right are exchanged.
        kept: share of height and width that is kept, and stretched to the whole size.
        top: where that begins, as a share of what is cut off.
        left: likewise.
        gain: factor of each colour.
        lift: what is added to it.
    """

    mirrored: bool
    kept: float
    top: float
    left: float
    gain: tuple[float, ...]
    lift: tuple[float, ...]

    @classmethod
    def drawn(cls, draw: np.random.Generator) -> "PictureChange":
        """A change at random."""
        return cls(
            mirrored=bool(draw.random() < 0.5),
            kept=draw.uniform(1 - 3 * EDGE, 1.0),
            top=draw.random(),
            left=draw.random(),
            gain=tuple(draw.uniform(1 - GAIN, 1 + GAIN, 3)),
            lift=tuple(draw.uniform(-LIFT, LIFT, 3)),
        )


def _changed(values: Tensor, change: PictureChange | None) -> Tensor:
    """Pixel values of shape (frames, 3, height, width) after a change."""
    if change is None:
        return values
    height, width = values.shape[-2:]
    rows, columns = round(height * change.kept), round(width * change.kept)
    top, left = round((height - rows) * change.top), round((width - columns) * change.left)
    cut = values[:, :, top : top + rows, left : left + columns]
    stretched = functional.interpolate(cut, size=(height, width), mode="bilinear")
    shown = stretched.flip(-1) if change.mirrored else stretched
    return shown * torch.tensor(change.gain)[:, None, None].to(shown) + torch.tensor(change.lift)[
        :, None, None
    ].to(shown)


def targets(
    times_ms: NDArray[np.int64], labels: Sequence[Label], config: HybridConfig
) -> tuple[Floats, Floats]:
    """What the network should say of frames.

    Args:
        times_ms: of the frames, shape (frames,).
        labels: of their half.
        config: whose classes the columns are, and how far an event reaches.

    Returns:
        `near` and `shift_s` of `LabelledView`.
    """
    nearest_s = np.full((len(times_ms), len(config.classes)), np.inf)
    for label in labels:
        column = config.classes.index(label.label)
        shift_s = (label.position_ms - times_ms) / 1000
        nearer = np.abs(shift_s) < np.abs(nearest_s[:, column])
        nearest_s[nearer, column] = shift_s[nearer]
    is_near = np.abs(nearest_s) <= FAR_TO_REACH * config.reach
    shift_s = np.where(is_near, nearest_s, 0)
    bell = np.exp(-0.5 * (shift_s / (BELL_TO_REACH * config.reach)) ** 2)
    return np.where(is_near, bell, 0).astype(np.float32), shift_s.astype(np.float32)
