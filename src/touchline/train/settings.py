"""Everything that decides what the demo model becomes: data, recipe, sizes, schedule, seed."""

from dataclasses import asdict, dataclass
from typing import Any

from touchline.video import FrameSpec

DEMO_MATCH = "2025-09-06 - 18-00 Frequentists United 5 - 0 Real Bayesians"
"""Folder of the built-in match. The model that is tried on it must never have seen it."""

VALIDATION_MATCHES = ("2025-10-25 - 16-00 Frequentists United 3 - 0 Real Bayesians",)
"""Folders of the matches that are never trained on; they judge at the end of training."""

RECIPE = FrameSpec(fps=2.5, window=8, stride=2, height=128)
"""How the demo model is asked: 20 frames of 8 s. A goal is known by the celebration, a card by
the cut to the referee, a free kick by the stop before it; that takes seconds on either side."""

PHASES = 2
"""Training windows begin at every 1/PHASES of a frame's step, so it sees frames in between."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the network.

    Attributes:
        image_pixels: side of the square that a frame is squeezed into.
        patch_pixels: side of a patch.
        patches_a_token: side of the square of patches that becomes one token.
        vision_width: width of the vision tower.
        vision_layers: layers of the vision tower.
        text_width: width of the language model.
        text_layers: layers of the language model.
        vocabulary: most entries that the tokenizer may learn.
    """

    image_pixels: int = 128
    patch_pixels: int = 16
    patches_a_token: int = 4
    vision_width: int = 128
    vision_layers: int = 4
    text_width: int = 256
    text_layers: int = 4
    vocabulary: int = 1600

    @property
    def tokens_a_frame(self) -> int:
        """How many tokens of the language model show one frame."""
        return (self.image_pixels // self.patch_pixels // self.patches_a_token) ** 2


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast each of the two stages learns.

    Attributes:
        seed: of everything that is drawn.
        vision_steps: steps of the first stage (vision tower, connector, auxiliary classifier).
        vision_clips: clips in a batch of the first stage.
        clip_frames: frames in a clip.
        vision_rate: highest learning rate of the first stage.
        views: how often each half is looked at, each time cropped, mirrored and coloured anew,
            for the second stage.
        text_steps: steps of the second stage (language model).
        text_windows: windows in a batch of the second stage.
        text_rate: highest learning rate of the second stage.
        weight_decay: of both stages.
    """

    seed: int = 20260
    vision_steps: int = 2000
    vision_clips: int = 6
    clip_frames: int = 32
    vision_rate: float = 1e-3
    views: int = 3
    text_steps: int = 1300
    text_windows: int = 16
    text_rate: float = 1.5e-3
    weight_decay: float = 0.05


def facts(sizes: Sizes, schedule: Schedule) -> dict[str, Any]:
    """The settings as plain values, for the record beside the weights."""
    return {
        "recipe": RECIPE.model_dump(mode="json"),
        "sizes": asdict(sizes),
        "schedule": asdict(schedule),
    }
