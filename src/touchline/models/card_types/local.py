"""The fields that the cards of all models with weights on this machine share."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from touchline.models.card_types.base import ASSETS, Card
from touchline.models.hub.checkpoint_locks import read_lock
from touchline.models.hub.needed_files import unneeded_files
from touchline.validation import Settings
from touchline.video import fingerprint

_BUILTIN = "builtin:"

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")
"""An adapter as PEFT writes it; the weights of its older versions are pickles, and not loaded."""

Precision = Literal["float32", "bfloat16", "float16", "int8", "nf4", "awq", "int4"]
"""How weights are stored: bitsandbytes quantizes to int8 and NF4 while loading; AWQ, and int4 as
compressed-tensors writes it, are properties of the checkpoint."""

Argument = Annotated[str, Field(coerce_numbers_to_str=True)]
"""A word on a command line, or the value of an environment variable."""

AttentionKind = Literal["flash_attention_3", "flash_attention_2", "sdpa", "eager"]

LEAST_CAPABILITY: dict[AttentionKind, float] = {
    "flash_attention_3": 9.0,
    "flash_attention_2": 8.0,
    "sdpa": 5.0,
    "eager": 3.5,
}
"""The least CUDA compute capability of each kind: FlashAttention 2 needs Ampere, 3 needs Hopper
(the requirements of the flash-attn project); SDPA's memory-efficient kernel needs Maxwell."""


class Implementation(Settings):
    """How a model's code uses memory, where that does not follow from its config.

    Attributes:
        full_logits: whether the scores of every token of the prompt are computed, not only those
            of the last one.
        keeps_vision_layers: whether the output of every layer of the vision encoder is kept.
        gated_vision: whether the feed-forward part of the vision encoder has three matrices
            instead of two.
        images_one_by_one: whether the vision encoder attends to one image after the other.
        images_joined: whether all images are one sequence, with a mask between them.
        masks_patch_pairs: whether the vision encoder's mask holds a number for every pair of
            patches.
        masks_pixels: whether the padding of images is masked pixel by pixel.
        image_values: numbers that exist at the same time for each image, where the vision encoder
            is a convolutional network.
        image_operations: its floating-point operations for each image.
        image_processor: the architecture whose image processor the checkpoint uses, as
            transformers names it; None where it is the model's own.
    """

    full_logits: bool = False
    keeps_vision_layers: bool = False
    gated_vision: bool = False
    images_one_by_one: bool = False
    images_joined: bool = False
    masks_patch_pairs: bool = False
    masks_pixels: bool = False
    image_values: Annotated[int, Field(ge=1)] | None = None
    image_operations: Annotated[int, Field(ge=1)] | None = None
    image_processor: str | None = None


class LocalCard(Card):
    """A model whose weights this machine loads, in this process or in a server that it starts.

    Attributes:
        checkpoint: a local folder, a hub repository, or "builtin:NAME" for one that ships with
            touchline.
        revision: of the hub repository; without one the checkpoint is not pinned.
        gated: whether the hub requires an accepted licence and a token.
        precision: how the weights are stored.
        weights_gb: size of the weights in each available precision, in units of 10**9 bytes.
        attention_kinds: kinds of attention that the model's code supports, with the least CUDA
            compute capability of each.
        remote_code: whether the checkpoint comes with its own code, which the user must allow.
        image_marker: the text that stands for image number {n}, where the checkpoint's chat
            template does not support images.
        adapter: a LoRA adapter that is loaded with the model and used: a folder of the checkpoint,
            or the absolute path of a folder on this machine.
        crops: most crops that the processor cuts an image into, where that can be set.
        max_pixels: an image with more pixels is scaled down to as many.
        checkpoint_settings: settings of the checkpoint's generation config that are applied, such
            as [no_repeat_ngram_size]; all others but its special tokens are ignored.
        architecture: the part of the checkpoint's config that memory and time depend on:
            `model_type` and the sizes of the text and vision parts, as transformers names them.
        implementation: what memory depends on besides the config.
    """

    checkpoint: str
    revision: str | None = None
    gated: bool = False
    precision: Precision = "bfloat16"
    weights_gb: dict[Precision, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    attention_kinds: dict[AttentionKind, float] = LEAST_CAPABILITY
    remote_code: bool = False
    image_marker: str | None = None
    adapter: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]*|/.+)$")] | None = None
    crops: Annotated[int, Field(ge=1)] | None = None
    max_pixels: Annotated[int, Field(ge=1)] | None = None
    checkpoint_settings: tuple[str, ...] = ()
    architecture: dict[str, Any] | None = None
    implementation: Implementation | None = None

    @model_validator(mode="before")
    @classmethod
    def _move_full_logits(cls, values: Any) -> Any:
        """Cards written before `implementation` have `full_logits` under `architecture`."""
        architecture = values.get("architecture") if isinstance(values, Mapping) else None
        if not isinstance(architecture, Mapping) or "full_logits" not in architecture:
            return values
        config = {name: value for name, value in architecture.items() if name != "full_logits"}
        given = {"full_logits": architecture["full_logits"], **(values.get("implementation") or {})}
        return {**values, "architecture": config, "implementation": given}

    def adaptations(self) -> dict[str, Any]:
        """How images and prompt differ from the checkpoint's defaults, for `identity`."""
        given = {
            "crops": self.crops,
            "max_pixels": self.max_pixels,
            "marker": self.image_marker,
            "adapter": self._adapter_facts(),
        }
        return {name: value for name, value in given.items() if value is not None}

    def adapter_folder(self) -> Path | None:
        """The folder of an adapter that is not part of the checkpoint, or None."""
        is_path = self.adapter is not None and self.adapter.startswith("/")
        return Path(self.adapter or "") if is_path else None

    def _adapter_facts(self) -> str | dict[str, str] | None:
        """What identifies the adapter: its name in the checkpoint, or the content of its files."""
        folder = self.adapter_folder()
        if folder is None:
            return self.adapter
        found = [file for name in ADAPTER_FILES if (file := folder / name).is_file()]
        return {file.name: fingerprint(file, file.stat().st_size) for file in found}

    def foreign_code(self) -> str:
        """Whose code runs where `remote_code` is allowed, after "model X runs "."""
        return f"Python code that comes with its checkpoint ({self.checkpoint})"

    def unneeded_files(self, names: Sequence[str]) -> list[str]:
        """Patterns of the files in the hub repository that need not be downloaded.

        Args:
            names: of all files in it.
        """
        return unneeded_files(names)

    def checkpoint_path(self) -> str:
        """The local folder, or the hub repository's name."""
        if self.checkpoint.startswith(_BUILTIN):
            return str(ASSETS / "models" / self.checkpoint.removeprefix(_BUILTIN))
        return self.checkpoint

    def weights(self) -> dict[str, Any]:
        """What identifies the weights; of a local checkpoint that is the content of its files.

        A download without a pinned revision is identified by the commit in its lock.

        Weights that were trained again in the same folder are another model.
        """
        path = Path(self.checkpoint_path())
        if not path.is_dir():
            lock = read_lock(str(path), self.revision)
            commit = {} if lock is None or lock.commit == self.revision else {"commit": lock.commit}
            return {"hub": str(path), "revision": self.revision, **commit}
        folders = [path, *([path / self.adapter] if self.adapter else [])]
        files = [
            file
            for folder in folders
            if folder.is_relative_to(path) and folder.is_dir()
            for file in sorted(folder.iterdir())
            if file.is_file()
        ]
        return {
            file.relative_to(path).as_posix(): fingerprint(file, file.stat().st_size)
            for file in files
        }


class StartedCard(LocalCard):
    """A model in a program that touchline starts and ends: a server or a worker.

    Attributes:
        program: the program to start, where it is not where touchline looks for it.
        devices: one program for each, which sees only that GPU ("0", or a UUID); None starts one,
            which sees the same GPUs as this process.
        timeout_s: time limit of one answer.
    """

    program: str | None = None
    devices: Annotated[tuple[Argument, ...], Field(min_length=1)] | None = None
    timeout_s: Annotated[float, Field(gt=0)] = 600.0
