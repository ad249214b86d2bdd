"""What determines the demo model beside its task: data, frames, sizes, schedule and seed."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from touchline.validation import Settings
from touchline.video import FrameSpec

DEMO_MATCH = "2025-09-06 - 18-00 Frequentists United 5 - 0 Real Bayesians"
"""Folder of the built-in match, on which the model is demonstrated; never trained on."""

VALIDATION_MATCHES = ("2025-10-25 - 16-00 Frequentists United 3 - 0 Real Bayesians",)
"""Folders of the matches that are never trained on; the model is validated on them."""

FRAME_SPEC = FrameSpec(fps=2.5, window=8, stride=2, height=128)
"""How the demo model is asked: 20 frames of 8 s. A goal is recognized by the celebration, a card by
the cut to the referee, a free kick by the stop before it; these take seconds on either side."""

PHASES = 2
"""Training windows begin at every 1/PHASES of a frame's step, so frames in between are used."""


_Count = Annotated[int, Field(ge=1)]
_Rate = Annotated[float, Field(gt=0)]


class Sizes(Settings):
    """The shape of the network.

    Attributes:
        image_pixels: side of the square that a frame is squeezed into.
        patch_pixels: side of a patch.
        patches_a_token: side of the square of patches that becomes one token.
        vision_width: width of the vision tower.
        vision_layers: layers of the vision tower.
        text_width: width of the language model.
        text_layers: layers of the language model.
        vocabulary: maximum size of the tokenizer's vocabulary.
    """

    image_pixels: _Count = 128
    patch_pixels: _Count = 16
    patches_a_token: _Count = 4
    vision_width: Annotated[int, Field(ge=64, multiple_of=64)] = 128
    vision_layers: _Count = 4
    text_width: Annotated[int, Field(ge=64, multiple_of=64)] = 256
    text_layers: _Count = 4
    vocabulary: Annotated[int, Field(ge=400)] = 1600

    @model_validator(mode="after")
    def _whole_tokens(self) -> "Sizes":
        if self.image_pixels % (self.patch_pixels * self.patches_a_token):
            raise ValueError("image_pixels must be a multiple of patch_pixels * patches_a_token")
        return self

    @property
    def tokens_a_frame(self) -> int:
        """Number of tokens of the language model for one frame."""
        return (self.image_pixels // self.patch_pixels // self.patches_a_token) ** 2


class Schedule(Settings):
    """Length and learning rates of the two stages.

    Attributes:
        seed: of all random numbers.
        vision_steps: steps of the first stage (vision tower, connector, auxiliary classifier).
        vision_clips: clips in a batch of the first stage.
        clip_frames: frames in a clip.
        vision_rate: highest learning rate of the first stage.
        views: number of versions of each half for the second stage, each cropped, mirrored and
            coloured differently.
        text_steps: steps of the second stage (language model).
        text_windows: windows in a batch of the second stage.
        text_rate: highest learning rate of the second stage.
        weight_decay: of both stages.
        bfloat16: whether matrices are multiplied in bfloat16: faster on a processor that has it,
            ten times slower on one that has not (no avx512_bf16, no amx_bf16 in /proc/cpuinfo).
    """

    seed: Annotated[int, Field(ge=0)] = 20260
    vision_steps: _Count = 2000
    vision_clips: _Count = 6
    clip_frames: Annotated[int, Field(ge=2)] = 32
    vision_rate: _Rate = 1e-3
    views: _Count = 3
    text_steps: _Count = 1300
    text_windows: _Count = 16
    text_rate: _Rate = 1.5e-3
    weight_decay: Annotated[float, Field(ge=0)] = 0.05
    bfloat16: bool = True


def training_settings(sizes: Sizes, schedule: Schedule) -> dict[str, Any]:
    """The settings as plain values, for `training.json`."""
    return {
        "recipe": FRAME_SPEC.model_dump(mode="json"),
        "sizes": sizes.model_dump(),
        "schedule": schedule.model_dump(),
    }
