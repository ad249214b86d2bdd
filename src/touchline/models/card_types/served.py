"""The card of a checkpoint behind a server that touchline starts itself."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, model_validator

from touchline.errors import UserError
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.card_types.local import Argument, StartedCard
from touchline.models.card_types.openai import check_extra_body
from touchline.models.card_types.video_forms import video_refusal
from touchline.models.hub.needed_files import unneeded_files
from touchline.models.image_tokens.base import Formula
from touchline.models.image_tokens.scaling import scaled_size

_IDENTITY_FIELDS = ("frames_as", "structured", "extra_body")
"""Fields that change the question, and so the answer."""

_PROCESSOR, _FLAG = "mm_processor_kwargs", "mm-processor-kwargs"
"""How a user sets a server's image processor: in a request, and as an argument."""


class ServedCard(StartedCard):
    """A checkpoint behind a server on this machine that runs as long as the benchmark.

    Attributes:
        engine: which server: `vllm serve`, `python -m sglang.launch_server`, or
            `transformers serve`.
        program: as of a StartedCard: `vllm` in an environment of its own, or the Python that has
            SGLang or transformers.
        server_args: command-line arguments for the server, such as ["--max-model-len", 8192].
        server_env: environment variables for the server.
        in_flight: requests sent to one server at a time; continuous batching is full when there
            are at least as many as the server processes in one step (`--max-num-seqs`).
        start_s: time limit of the start, including the first download and compilation.
        logprobs: request the log-probability of every token.
        frames_as, structured, extra_body: as of an OpenAICard.
    """

    engine: Literal["vllm", "sglang", "transformers-serve"]
    server_args: tuple[Argument, ...] = ()
    server_env: dict[str, Argument] = Field(default_factory=dict)
    in_flight: Annotated[int, Field(ge=1)] = 32
    start_s: Annotated[float, Field(gt=0)] = 900.0
    logprobs: bool = False
    frames_as: Literal["images", "video/mp4", "video/jpeg"] = "images"
    structured: Literal["json_schema"] | None = None
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_crops(self) -> Self:
        if self.crops is not None:
            raise ValueError(
                "a server takes crops only through server_args (--mm-processor-kwargs): "
                "set them there, and write 'crops: null'"
            )
        return self

    @model_validator(mode="after")
    def _check_adapter(self) -> Self:
        if self.adapter is not None and self.engine != "vllm":
            raise UserError(
                f"model '{self.name}': engine {self.engine} would serve its base without the "
                "adapter: use engine vllm or transformers, or merge the adapter into the base "
                "(touchline train lora --merge)."
            )
        return self

    @model_validator(mode="after")
    def _check_request(self) -> Self:
        if self.checkpoint_settings:
            raise UserError(
                f"model '{self.name}': {self.engine} does not take single settings of a "
                "checkpoint: write 'checkpoint_settings: []', and set them under 'generation'."
            )
        if self.engine == "transformers-serve":
            if self.generation.max_new_tokens is None:
                raise UserError(
                    f"model '{self.name}': engine transformers-serve ends an answer after a few "
                    "tokens where it is given no limit: set max_new_tokens."
                )
            for name in ("structured", "logprobs"):
                if getattr(self, name):
                    raise UserError(
                        f"model '{self.name}': engine transformers-serve ignores {name}: use "
                        "engine vllm or sglang, or engine transformers in this process."
                    )
        check_extra_body(self.name, self.dialect, self.extra_body)
        return self

    def refusal(self) -> str | None:
        """See `Card.refusal`; frames as a video must keep their times."""
        return super().refusal() or video_refusal(self.name, self.dialect, self.frames_as)

    @property
    def dialect(self) -> str:
        """The dialect of the server's requests; each has its own."""
        return self.engine

    def unneeded_files(self, names: Sequence[str]) -> list[str]:
        """See `LocalCard.unneeded_files`; with `--load-format mistral`, other weights are read."""
        given = " ".join(self.server_args).replace("=", " ").split()
        consolidated = ("--load-format", "mistral") in pairwise(given)
        return unneeded_files(names, consolidated=consolidated)

    def honoured(self) -> frozenset[str]:
        """See `Card.honoured`."""
        return DIALECTS[self.dialect].settings

    def sent_formula(self) -> Formula | None:
        """See `Card.sent_formula`; unknown where the processor is set otherwise."""
        if _PROCESSOR in self.extra_body or any(_FLAG in one for one in self.server_args):
            return None
        return self.image_tokens if self.frames_as == "images" else self.video_tokens

    def sent_size(self, width: int, height: int) -> tuple[int, int]:
        """See `Card.sent_size`."""
        return scaled_size(width, height, self.max_pixels)

    def starts(self) -> tuple[tuple[str, ...], Mapping[str, str]] | None:
        """See `Card.starts`."""
        if self.program is None and not self.server_args and not self.server_env:
            return None
        return (self.program or self.engine, *self.server_args), self.server_env

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`; arguments of the server may change its answers.

        Servers once applied the settings of the checkpoint's own generation config; their replies
        have other keys.
        """
        return {
            "engine": self.engine,
            "weights": self.weights(),
            "precision": self.precision,
            "server_args": self.server_args,
            "checkpoint_settings": False,
            **self.adaptations(),
            **self.model_dump(include=set(_IDENTITY_FIELDS), exclude_defaults=True, mode="json"),
        }
