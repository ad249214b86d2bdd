"""The card of a hybrid spotter, which runs in this process."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from touchline.models.card_types.base import ASSETS, Card
from touchline.models.card_types.transformers import TransformersCard
from touchline.video import FrameSpec, fingerprint

_BUILTIN = "builtin:"

CHECKPOINT_FILES = ("config.json", "model.safetensors")
"""All that a hybrid spotter's checkpoint consists of."""


class HybridCard(Card):
    """A spotter that `touchline train hybrid` made: one network for frames, and one over time.

    Attributes:
        checkpoint: the folder that training made, or "builtin:NAME" for one that ships with
            touchline.
        tower: the checkpoint whose vision tower makes the features of frames, a folder or
            "builtin:NAME", where the spotter was trained with one.
        batch_size: frames whose features are computed together.
        apart: seconds between two events of one class in an answer, at least.
        sharpness: seconds around a frame's vote in which others support it: the standard
            deviation of a Gaussian.
        least_confidence: events below it are not reported.
    """

    engine: Literal["hybrid"]
    checkpoint: str
    tower: str | None = None
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 64
    apart: Annotated[float, Field(gt=0, le=60)] = 3.0
    sharpness: Annotated[float, Field(gt=0, le=60)] = 0.4
    least_confidence: Annotated[float, Field(ge=0.001, le=1)] = 0.01

    def checkpoint_folder(self) -> Path:
        """The folder of the checkpoint."""
        if self.checkpoint.startswith(_BUILTIN):
            return Path(str(ASSETS / "models" / self.checkpoint.removeprefix(_BUILTIN)))
        return Path(self.checkpoint).expanduser()

    def weights(self) -> dict[str, str]:
        """What identifies the weights: the content of each file of the checkpoint that is there."""
        files = [self.checkpoint_folder() / name for name in CHECKPOINT_FILES]
        return {
            file.name: fingerprint(file, file.stat().st_size) for file in files if file.is_file()
        }

    def tower_card(self) -> TransformersCard | None:
        """The card of the checkpoint that has the vision tower, or None."""
        if self.tower is None:
            return None
        return TransformersCard(
            name=self.name,
            engine="transformers",
            checkpoint=self.tower,
            precision="float32",
            attention="sdpa",
        )

    def tower_fingerprint(self) -> str | None:
        """What identifies the weights of the vision tower, in 32 hex digits; None without one."""
        card = self.tower_card()
        if card is None:
            return None
        facts = json.dumps(card.weights(), sort_keys=True)
        return hashlib.blake2b(facts.encode(), digest_size=16).hexdigest()

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`."""
        return {
            "engine": self.engine,
            "weights": self.weights(),
            **({} if self.tower is None else {"tower": self.tower_fingerprint()}),
            "apart": self.apart,
            "sharpness": self.sharpness,
            "least_confidence": self.least_confidence,
        }

    def memory_refusal(self) -> str | None:
        """See `Card.memory_refusal`: the planner counts tokens, and a spotter has none."""
        sizes = [
            file.stat().st_size
            for name in CHECKPOINT_FILES
            if (file := self.checkpoint_folder() / name).is_file()
        ]
        tower = "" if self.tower is None else f", and the vision tower of {self.tower}"
        return (
            f"'{self.name}' is a hybrid spotter, for which no memory is planned: it runs in this "
            f"process with {sum(sizes) / 1e6:.1f} MB of weights{tower}."
        )

    def sampling_refusal(self, sampling: FrameSpec) -> str | None:
        """See `Card.sampling_refusal`: the network knows one rate of frames only."""
        if sampling.frames is None and sampling.fps == self.sampling.fps:
            return None
        given = f"{sampling.frames} frames" if sampling.frames else f"{sampling.fps:g} fps"
        return (
            f"model '{self.name}' was trained at {self.sampling.fps:g} frames per second, and "
            f"sampling has {given}: set sampling.fps to {self.sampling.fps:g} for it, as in "
            f"{{use: {self.name}, sampling: {{fps: {self.sampling.fps:g}}}}}."
        )
