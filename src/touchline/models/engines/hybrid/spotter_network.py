"""The network: features of each frame, features of the sound, and what they mean over time.

The task and its losses follow E2E-Spot (Hong et al., "Spotting Temporally Precise, Fine-Grained
Events in Video", ECCV 2022): a small network for the frames is trained together with a
recurrent one over a long clip, and every frame gets scores. The displacement from each frame to the
event near it follows Soares et al. ("Temporally Precise Action Spotting in Soccer Videos Using
Dense Detection Anchors", ICIP 2022) and T-DEED (Xarles et al., CVPRW 2024). The code is our own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from touchline.models.engines.hybrid.config import HybridConfig
from touchline.models.engines.hybrid.frame_pixels import CHANNELS


@dataclass(frozen=True, slots=True)
class FrameScores:
    """What the network says of each frame.

    Attributes:
        logits: of an event of each class near the frame, shape (..., frames, classes).
        shift_s: seconds from the frame to that event, shape (..., frames, classes).
    """

    logits: Tensor
    shift_s: Tensor


class FrameEncoder(nn.Module):
    """A small convolutional network that turns a frame, and what moved in it, into features."""

    def __init__(self, config: HybridConfig) -> None:
        super().__init__()
        first, second, third = config.channels
        self.stem = _Convolution(CHANNELS, first, size=5, stride=4)
        self.down = _Convolution(first, second, size=3, stride=2)
        self.refine = _Convolution(second, second, size=3, stride=1)
        self.down_again = _Convolution(second, third, size=3, stride=2)
        self.refine_again = _Convolution(third, third, size=3, stride=1)
        self.grid = config.grid
        self.project = nn.Linear(third * config.grid[0] * config.grid[1], config.features)

    def forward(self, shown: Tensor) -> Tensor:
        """Features of frames.

        Args:
            shown: frames as `frame_pixels.as_input` makes them, shape (frames, CHANNELS, height,
                width).

        Returns:
            Shape (frames, features).
        """
        found = self.down(self.stem(shown))
        found = self.down_again(found + self.refine(found))
        found = found + self.refine_again(found)
        pooled = functional.adaptive_avg_pool2d(found, self.grid).flatten(1)
        features: Tensor = self.project(pooled)
        return features


class _Convolution(nn.Module):
    """A convolution, normalized within each frame, so that its neighbours do not count."""

    def __init__(self, channels: int, made: int, size: int, stride: int) -> None:
        super().__init__()
        self.filters = nn.Conv2d(channels, made, size, stride, padding=size // 2, bias=False)
        self.norm = nn.GroupNorm(GROUPS, made)

    def forward(self, values: Tensor) -> Tensor:
        return functional.relu(self.norm(self.filters(values)))


FIRST_LOGIT = -4.0
"""The score of every class before training."""

LEAST_PROBABILITY = 1e-6
"""Of members that are averaged, so that logits stay finite and shifts have a weight."""

GROUPS = 4
"""Groups of channels that are normalized together; every number of channels is a multiple."""


class TemporalSpotter(nn.Module):
    """A bidirectional GRU over the features of a window, with scores and shifts for each frame."""

    def __init__(self, config: HybridConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.features)
        self.dropout = nn.Dropout(config.dropout)
        self.squeeze = nn.Linear(config.features + config.sound_features, config.width)
        self.over_time = nn.GRU(
            config.width,
            config.width,
            num_layers=config.layers,
            batch_first=True,
            bidirectional=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.scores = nn.Linear(2 * config.width, 2 * len(config.classes))
        with (
            torch.no_grad()
        ):  # events are rare: without this, most of the training learns only that
            self.scores.bias[: len(config.classes)] = FIRST_LOGIT

    def forward(self, features: Tensor, sound: Tensor | None = None) -> FrameScores:
        """Scores of each frame.

        Args:
            features: of the frames in order, shape (windows, frames, features).
            sound: of the frames, shape (windows, frames, sound features); None where the network
                does not listen.
        """
        seen = self.dropout(self.norm(features))
        known = seen if sound is None else torch.cat([seen, sound], dim=-1)
        squeezed = functional.relu(self.squeeze(known))
        over_time, _ = self.over_time(squeezed)
        logits, shift_s = self.scores(self.dropout(over_time)).chunk(2, dim=-1)
        return FrameScores(logits, shift_s)


class SpotterMembers(nn.Module):
    """Several recurrent networks that were trained apart, as one."""

    def __init__(self, config: HybridConfig) -> None:
        super().__init__()
        self.members = nn.ModuleList(TemporalSpotter(config) for _ in range(config.members))

    def forward(self, features: Tensor, sound: Tensor | None = None) -> FrameScores:
        """The mean of the members' probabilities, and of their shifts, weighted by those.

        Args:
            features: see `TemporalSpotter.forward`.
            sound: likewise.
        """
        scores = [member(features, sound) for member in self.members]
        probability = torch.stack([one.logits.sigmoid() for one in scores])
        shift_s = torch.stack([one.shift_s for one in scores])
        weights = probability.clamp_min(LEAST_PROBABILITY)
        logits = torch.logit(probability.mean(dim=0), eps=LEAST_PROBABILITY)
        return FrameScores(logits, (weights * shift_s).sum(dim=0) / weights.sum(dim=0))


class HybridNetwork(nn.Module):
    """Both parts; only the second where a vision tower makes the features of frames."""

    def __init__(self, config: HybridConfig) -> None:
        super().__init__()
        self.frames = FrameEncoder(config) if config.tower is None else None
        self.time = TemporalSpotter(config) if config.members == 1 else SpotterMembers(config)


def join_members(config: HybridConfig, members: Sequence[HybridNetwork]) -> HybridNetwork:
    """One network of members that were trained apart.

    Args:
        config: its sizes.
        members: as many networks of one member as it has; of a single one, it is that.
    """
    if len(members) == 1:
        return members[0]
    joined = HybridNetwork(config)
    assert isinstance(joined.time, SpotterMembers)  # there are several
    for ours, theirs in zip(joined.time.members, members, strict=True):
        ours.load_state_dict(theirs.time.state_dict())
    return joined.eval()
