"""A checkpoint on this machine: what all engines that load weights share."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from touchline.models.card_types.common import ASSETS, CardBase
from touchline.video import fingerprint

_BUILTIN = "builtin:"

Precision = Literal["float32", "bfloat16", "float16", "int8", "nf4", "awq"]
"""How weights are held: bitsandbytes makes int8 and NF4 while loading, AWQ is a checkpoint."""

AttentionKind = Literal["flash_attention_3", "flash_attention_2", "sdpa", "eager"]

LEAST_CAPABILITY: dict[AttentionKind, float] = {
    "flash_attention_3": 9.0,
    "flash_attention_2": 8.0,
    "sdpa": 5.0,
    "eager": 3.5,
}
"""The least CUDA compute capability of each kind: FlashAttention 2 wants Ampere, 3 wants Hopper
(the requirements of the flash-attn project); SDPA's memory-efficient kernel wants Maxwell."""


class LocalCard(CardBase):
    """A model whose weights this machine loads, in this process or in a server that it starts.

    Attributes:
        checkpoint: a local folder, a hub repository, or "builtin:NAME" for one that ships with
            touchline.
        revision: of the hub repository; without one the checkpoint is not pinned.
        gated: whether the hub wants an accepted licence and a token.
        precision: how the weights are held.
        weights_gb: size of the weights in each precision on offer, in units of 10**9 bytes.
        attention_kinds: kinds of attention that the model's code has, with the least CUDA compute
            capability of each.
        remote_code: whether the checkpoint brings code of its own, which the user must allow.
        image_marker: what stands for image number {n} in the text, where the chat template of the
            checkpoint has no place for images.
        crops: most crops that the processor cuts an image into, where that can be chosen.
        max_pixels: an image with more pixels is scaled down to as many.
        architecture: the checkpoint's config, as far as memory and time follow from it; with
            `model_type` and the sizes of the text and vision parts, as transformers names them.
    """

    checkpoint: str
    revision: str | None = None
    gated: bool = False
    precision: Precision = "bfloat16"
    weights_gb: dict[Precision, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    attention_kinds: dict[AttentionKind, float] = LEAST_CAPABILITY
    remote_code: bool = False
    image_marker: str | None = None
    crops: Annotated[int, Field(ge=1)] | None = None
    max_pixels: Annotated[int, Field(ge=1)] | None = None
    architecture: dict[str, Any] | None = None

    def adaptations(self) -> dict[str, Any]:
        """What is done to images and prompt beyond the checkpoint's own way, for `identity`."""
        given = {"crops": self.crops, "max_pixels": self.max_pixels, "marker": self.image_marker}
        return {word: value for word, value in given.items() if value is not None}

    def checkpoint_path(self) -> str:
        """The local folder, or the hub repository's name."""
        if self.checkpoint.startswith(_BUILTIN):
            return str(ASSETS / "models" / self.checkpoint.removeprefix(_BUILTIN))
        return self.checkpoint

    def weights(self) -> dict[str, Any]:
        """Who the weights are: a local checkpoint is known by the content of its files.

        Weights trained anew in the same folder are another model.
        """
        path = Path(self.checkpoint_path())
        if not path.is_dir():
            return {"hub": str(path), "revision": self.revision}
        files = sorted(file for file in path.iterdir() if file.is_file())
        return {file.name: fingerprint(file, file.stat().st_size) for file in files}
