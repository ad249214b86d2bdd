"""The card of a checkpoint behind a server that touchline starts itself."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, model_validator

from touchline.models.card_types.local import LocalCard

_OF_THE_QUESTION = ("frames_as", "structured", "extra_body")
"""Fields that change what is asked, and so the answer."""

_Word = Annotated[str, Field(coerce_numbers_to_str=True)]


class ServedCard(LocalCard):
    """A checkpoint behind a server on this machine that lives as long as its run.

    Attributes:
        engine: which server: `vllm serve`, `python -m sglang.launch_server`, or
            `transformers serve`.
        program: the program to start where it is not on the path: `vllm` in an environment of
            its own, or the Python that has SGLang or transformers.
        server_args: options for the server, one word each, such as ["--max-model-len", 8192].
        server_env: environment variables for the server.
        devices: one server for each, which sees only that GPU ("0", or a UUID); None starts one
            server, which sees what this process sees.
        in_flight: requests that one server is given at a time; continuous batching is full when
            there are at least as many as it takes into one step (`--max-num-seqs`).
        timeout_s: patience with one answer.
        start_s: patience with the start, first download and compilation included.
        logprobs: ask for the log-probability of every token.
        frames_as, structured, extra_body: as of an OpenAICard.
    """

    engine: Literal["vllm", "sglang", "transformers-serve"]
    program: str | None = None
    server_args: tuple[_Word, ...] = ()
    server_env: dict[str, _Word] = Field(default_factory=dict)
    devices: Annotated[tuple[_Word, ...], Field(min_length=1)] | None = None
    in_flight: Annotated[int, Field(ge=1)] = 32
    timeout_s: Annotated[float, Field(gt=0)] = 600.0
    start_s: Annotated[float, Field(gt=0)] = 900.0
    logprobs: bool = False
    frames_as: Literal["images", "video/mp4", "video/jpeg"] = "images"
    structured: Literal["json_schema"] | None = None
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_it_to_the_server(self) -> Self:
        if self.crops is not None:
            raise ValueError(
                "crops reach a server only through server_args (--mm-processor-kwargs): "
                "give them there, and 'crops: null'"
            )
        return self

    def identity(self) -> dict[str, Any]:
        """See `CardBase.identity`; options of the server may change its answers."""
        return {
            "engine": self.engine,
            "weights": self.weights(),
            "precision": self.precision,
            "server_args": self.server_args,
            **self.adaptations(),
            **self.model_dump(include=set(_OF_THE_QUESTION), exclude_defaults=True, mode="json"),
        }
