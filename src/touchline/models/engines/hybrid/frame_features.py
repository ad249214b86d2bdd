"""The features of the frames of a window, from whichever part of the spotter makes them."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch

from touchline.errors import UserError
from touchline.models.engines.hybrid.config import HybridConfig
from touchline.models.engines.hybrid.feature_cache import Features
from touchline.models.engines.hybrid.frame_pixels import as_input, read_pixels
from touchline.models.engines.hybrid.hybrid_card import HybridCard
from touchline.models.engines.hybrid.spotter_network import FrameEncoder, HybridNetwork
from touchline.models.engines.hybrid.vision_tower import VisionTower


class FrameSource(Protocol):
    """What makes the features of frames."""

    def features(self, jpegs: Sequence[bytes], run: Sequence[int]) -> Features:
        """The features of neighbouring frames of a window.

        Args:
            jpegs: all frames of the window.
            run: places of those whose features are wanted, each the next of the one before.

        Returns:
            Shape (places, features).

        Raises:
            OSError: a frame is not a picture.
        """
        ...


class EncodedFrames:
    """Features from the spotter's own convolutional network, which sees a frame beside the last.

    Args:
        encoder: the network.
        config: has the size of its input.
        device: where it is.
    """

    def __init__(self, encoder: FrameEncoder, config: HybridConfig, device: torch.device) -> None:
        self._encoder, self._config, self._device = encoder, config, device

    def features(self, jpegs: Sequence[bytes], run: Sequence[int]) -> Features:
        """See `FrameSource.features`."""
        first = max(0, run[0] - 1)
        shown = jpegs[first : run[-1] + 1]
        pixels = read_pixels(shown, self._config.height, self._config.width_pixels)
        made = self._encoder(as_input(pixels)[run[0] - first :].to(self._device))
        return np.asarray(made.float().cpu().numpy())


class TowerFrames:
    """Features from the vision tower of another checkpoint.

    Args:
        tower: the tower.
    """

    def __init__(self, tower: VisionTower) -> None:
        self._tower = tower

    def features(self, jpegs: Sequence[bytes], run: Sequence[int]) -> Features:
        """See `FrameSource.features`."""
        shown = jpegs[run[0] : run[-1] + 1]
        return self._tower.features(self._tower.pixel_values(shown))


def frame_source(
    card: HybridCard, config: HybridConfig, network: HybridNetwork, device: torch.device
) -> FrameSource:
    """What makes the features of a spotter's frames.

    Raises:
        UserError: the card has no vision tower and the spotter was trained with one, or the other
            way round; or it is another one.
    """
    tower = card.tower_card()
    if network.frames is not None:
        if tower is not None:
            raise UserError(
                f"model '{card.name}': its checkpoint has a network of its own for frames, and the "
                "card names a vision tower: remove 'tower' from the card."
            )
        return EncodedFrames(network.frames, config, device)
    if tower is None:
        raise UserError(
            f"model '{card.name}': its checkpoint was trained with a vision tower: name that in "
            "the card, such as 'tower: builtin:demo'."
        )
    if card.tower_fingerprint() != config.tower:
        raise UserError(
            f"model '{card.name}': {card.tower} is not the vision tower that the checkpoint was "
            "trained with, or its weights have changed: name that one, or train the spotter again."
        )
    return TowerFrames(VisionTower(tower))
