"""The card of a checkpoint that runs in this process."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from touchline.errors import UserError
from touchline.models.card_types.local import AttentionKind, LocalCard
from touchline.models.frame_sets import DenseFrames

_Memory = Annotated[str, Field(pattern=r"^[0-9.]+ ?[KMG]i?B$")]
_NOT_TAKEN = frozenset(
    {"do_sample", "temperature", "top_p", "top_k", "min_p", "repetition_penalty"}
    | {"max_new_tokens", "max_length", "num_return_sequences", "return_dict_in_generate"}
)
"""Settings of a checkpoint that would contradict the card's, or change what `generate` returns."""

LOCAL_SETTINGS = frozenset(
    {
        "max_new_tokens",
        "temperature",
        "seed",
        "repetition_penalty",
        "top_p",
        "top_k",
        "min_p",
        "min_tokens",
        "stop",
        "num_beams",
        "no_repeat_ngram_size",
        "thinking_allowance",
    }
)
"""The generation settings that the engine in this process honours."""

KVCache = Literal["full", "fp8", "int4", "int2"]


class TransformersCard(LocalCard):
    """A checkpoint that runs in this process through Hugging Face transformers.

    Attributes:
        attention: how attention is computed; "auto" chooses the fastest kind that the model and
            the GPU support, and every reply records which one that was.
        batch_size: windows that are answered together.
        frames_as: pass frames as images, or as one video where the model accepts video.
        processor: further options of the checkpoint's image and video processor, such as
            {do_image_splitting: false}.
        max_memory: how much of each device the weights may use, such as {"0": 22GiB, cpu: 60GiB};
            a model too large for one device is split over all.
        offload_folder: where weights that fit nowhere else are kept.
        kv_cache: how keys and values of past tokens are kept: in full, or in fewer bits.
        structured: constrain the answer to the prompt's JSON schema.
        dense: pool the tokens of consecutive frames to those of one image, as F-16 does; for
            families whose code allows it.
        when_out_of_memory: what is halved when a single window does not fit: its frames, the
            pixels of each, or nothing.
    """

    engine: Literal["transformers"]
    attention: Literal["auto"] | AttentionKind = "auto"
    batch_size: Annotated[int, Field(ge=1)] = 1
    frames_as: Literal["images", "video"] = "images"
    processor: dict[str, Any] = Field(default_factory=dict)
    max_memory: dict[str, _Memory] = Field(default_factory=dict)
    offload_folder: str | None = None
    kv_cache: KVCache = "full"
    structured: bool = False
    dense: DenseFrames | None = None
    when_out_of_memory: Literal["frames", "pixels", "fail"] = "frames"

    @model_validator(mode="after")
    def _check_video(self) -> Self:
        if self.frames_as == "video" and self.video != "native":
            raise ValueError("frames_as: video is for models that accept video (video: native)")
        return self

    @model_validator(mode="after")
    def _check_dense(self) -> Self:
        if self.dense is not None and (self.frames_as == "video" or self.image_marker is not None):
            raise ValueError(
                "dense frames are shown as images in the places of a chat template: remove "
                "frames_as: video and image_marker, or 'dense'"
            )
        return self

    @property
    def frames_per_image(self) -> int:
        """See `Card.frames_per_image`."""
        return 1 if self.dense is None else self.dense.frames_per_set

    @model_validator(mode="after")
    def _check_settings(self) -> Self:
        if self.generation.max_new_tokens is None:
            raise UserError(
                f"model '{self.name}': in this process an answer needs a limit: set max_new_tokens."
            )
        for name in self.checkpoint_settings:
            if name in _NOT_TAKEN:
                raise UserError(
                    f"model '{self.name}': checkpoint_settings contains {name}, which is set under "
                    "'generation': remove it."
                )
        searches = (self.generation.num_beams or 1) > 1 or "num_beams" in self.checkpoint_settings
        if searches and (self.structured or self.generation.temperature):
            raise UserError(
                f"model '{self.name}': beam search goes neither with structured answers nor with "
                "sampling: remove num_beams, or set temperature to 0."
            )
        return self

    def honoured(self) -> frozenset[str]:
        """See `Card.honoured`."""
        return LOCAL_SETTINGS

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`.

        "auto" stays "auto": a plan may be made on a machine without a GPU. Every reply records
        what was chosen.
        """
        own = {
            "frames_as": (self.frames_as, "images"),
            "processor": (self.processor, {}),
            "kv_cache": (self.kv_cache, "full"),
            "checkpoint_settings": (list(self.checkpoint_settings), []),
            "structured": (self.structured, False),
            "dense": (self.dense and self.dense.model_dump(), None),
        }
        return {
            "engine": self.engine,
            "weights": self.weights(),
            "precision": self.precision,
            "attention": self.attention,
            **self.adaptations(),
            **{name: value for name, (value, default) in own.items() if value != default},
        }
