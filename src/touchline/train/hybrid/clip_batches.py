"""Random clips of views, those of pixels moved, mirrored and coloured at random."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from touchline.models import as_input
from touchline.train.hybrid.labelled_views import GAIN, LIFT, LabelledView, edges


@dataclass(frozen=True, slots=True)
class ClipBatch:
    """Some clips.

    Attributes:
        frames: of all clips one after the other: pixels as the network for frames takes them,
            shape (clips * frames, channels, height, width), or features, shape (clips * frames,
            features).
        near: see `LabelledView`, shape (clips, frames, classes).
        shift_s: likewise.
        sound: shape (clips, frames, sound features), or None.
    """

    frames: Tensor
    near: Tensor
    shift_s: Tensor
    sound: Tensor | None


@dataclass(frozen=True, slots=True)
class ClipShape:
    """Of the clips of a batch.

    Attributes:
        clips: in a batch.
        frames: of a clip.
        size: height and width in pixels, where views are of pixels.
        silence: share of the clips without sound.
    """

    clips: int
    frames: int
    size: tuple[int, int]
    silence: float


def draw_clips(
    views: Sequence[LabelledView], shape: ClipShape, draw: np.random.Generator
) -> ClipBatch:
    """Clips of random views at random moments.

    Args:
        views: of at least `shape.frames` frames each.
        shape: of the clips.
        draw: random number generator.
    """
    lengths = np.array([len(view.frames) for view in views])
    chosen = draw.choice(len(views), size=shape.clips, p=lengths / lengths.sum())
    frames, near, shift_s, sound = [], [], [], []
    for view in (views[place] for place in chosen):
        places = _places(len(view.frames), shape.frames, draw)
        frames.append(_input(view.frames[places], shape.size, draw))
        near.append(torch.from_numpy(view.near[places]))
        shift_s.append(torch.from_numpy(view.shift_s[places]))
        if view.sound is not None:
            loud = 0.0 if draw.random() < shape.silence else 1.0
            sound.append(torch.from_numpy(view.sound[places]) * loud)
    return ClipBatch(
        torch.cat(frames),
        torch.stack(near),
        torch.stack(shift_s),
        torch.stack(sound) if sound else None,
    )


def _places(count: int, frames: int, draw: np.random.Generator) -> slice:
    """The frames of a clip. Both ends of a half are drawn more often, where a kick-off is."""
    last = count - frames
    first = int(np.clip(draw.integers(-frames // 2, last + frames // 2 + 1), 0, last))
    return slice(first, first + frames)


def _input(
    frames: NDArray[np.uint8] | NDArray[np.float32],
    size: tuple[int, int],
    draw: np.random.Generator,
) -> Tensor:
    """The frames of a clip as the network takes them; pixels are all changed alike."""
    if frames.ndim == 2:
        return torch.from_numpy(frames)
    (height, width), (up, left) = size, edges(size)
    down, right = draw.integers(0, 2 * up + 1), draw.integers(0, 2 * left + 1)
    moved = frames[:, down : down + height, right : right + width]
    if draw.random() < 0.5:
        moved = moved[:, :, ::-1]
    gain = draw.uniform(1 - GAIN, 1 + GAIN, 3).astype(np.float32)
    lift = draw.uniform(-LIFT, LIFT, 3).astype(np.float32)
    return as_input(np.ascontiguousarray(moved, dtype=np.uint8), gain, lift)
