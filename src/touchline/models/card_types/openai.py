"""The card of a model behind an endpoint that speaks OpenAI's chat completions."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, JsonValue, model_validator

from touchline.errors import UserError
from touchline.models.card_types.dialects import DIALECTS, known_dialect
from touchline.models.card_types.endpoint import BaseUrl, HttpCard, KeyName, is_loopback
from touchline.models.card_types.video_forms import video_refusal
from touchline.models.image_tokens.base import Formula
from touchline.validation import Settings

_BATCHES_NEED_PUBLIC_IMAGES = ("openrouter.ai",)
"""OpenRouter's batches accept images as public URLs only and refuse data in the request
(https://openrouter.ai/docs/batch-quickstart, "Limitations", November 2026)."""


_DIALECTS_OF_HOSTS = {"openrouter.ai": "openrouter", "api.mistral.ai": "mistral"}
"""The dialect of endpoints whose cards name none; that of any other is OpenAI's."""


class Provider(Settings):
    """Which of OpenRouter's providers may answer.

    https://openrouter.ai/docs/features/provider-routing (November 2026).

    Attributes:
        require_parameters: only those that honour every setting of the request; others leave out
            what they do not know, without saying so.
        quantizations: only weights of these precisions, such as ["bf16", "fp8"].
        order: providers to try, the first one first.
        allow_fallbacks: whether others may answer where those fail.
    """

    require_parameters: bool = True
    quantizations: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    allow_fallbacks: bool | None = None

    def body(self) -> dict[str, JsonValue]:
        """The part of a request that says so."""
        given = self.model_dump(mode="json", exclude_none=True)
        return {name: value for name, value in given.items() if value != []}


class OpenAICard(HttpCard):
    """A model behind an endpoint that speaks OpenAI's chat completions.

    Frames are sent as the stored JPEG files, unless `jpeg_quality` or `max_pixels` (of one frame)
    ask for smaller ones. `frames_as` sends a window as one video instead, where the server keeps
    the times of its frames (see `video_forms`). `structured` constrains the answer to the JSON
    schema of the prompt. `logprobs` requests the log-probability of every token; not every
    endpoint returns them. `extra_body` is added to every request as it is. `dialect` says which
    settings the endpoint takes, and under which names; `max_tokens_field` replaces its name for
    the limit of tokens.
    `provider` is for OpenRouter.
    """

    identity_fields = (
        "jpeg_quality",
        "max_pixels",
        "image_detail",
        "frames_as",
        "structured",
        "extra_body",
        "dialect",
        "provider",
    )

    engine: Literal["openai"]
    base_url: BaseUrl = "https://api.openai.com/v1"
    api_key_env: KeyName = "OPENAI_API_KEY"
    dialect: Annotated[str, known_dialect("openai")] = "openai"
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    provider: Provider | None = None
    logprobs: bool = False
    jpeg_quality: Annotated[int, Field(ge=1, le=95)] | None = None
    image_detail: Literal["low", "high", "auto"] | None = None
    frames_as: Literal["images", "video/mp4", "video/jpeg"] = "images"
    structured: Literal["json_schema"] | None = None
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _infer_dialect(cls, values: Any) -> Any:
        if not isinstance(values, Mapping) or "dialect" in values:
            return values
        host = urlsplit(str(values.get("base_url", ""))).hostname or ""
        dialect = _DIALECTS_OF_HOSTS.get(host)
        return values if dialect is None else {**values, "dialect": dialect}

    @model_validator(mode="after")
    def _check_body(self) -> Self:
        if self.provider is not None and self.dialect != "openrouter":
            raise UserError(
                f"model '{self.name}': provider is for OpenRouter, and dialect {self.dialect} "
                "does not have it: remove it from the card."
            )
        check_extra_body(self.name, self.dialect, self.extra_body)
        return self

    def needs_key(self) -> str | None:
        """See `Card.needs_key`; an endpoint on this machine needs none."""
        return None if is_loopback(self.base_url) else self.api_key_env

    def refusal(self) -> str | None:
        """See `Card.refusal`; frames as a video must keep their times."""
        return super().refusal() or video_refusal(self.name, self.dialect, self.frames_as)

    def batch_refusal(self) -> str | None:
        """See `Card.batch_refusal`."""
        host = urlsplit(self.base_url).hostname or ""
        if not host.endswith(_BATCHES_NEED_PUBLIC_IMAGES):
            return None
        return (
            f"model '{self.name}': batches at {host} accept images only as public addresses, and "
            "frames have none: run without --batch, or use the maker's own endpoint."
        )

    def sent_formula(self) -> Formula | None:
        """See `Card.sent_formula`; unknown where the processor is set otherwise."""
        if "mm_processor_kwargs" in self.extra_body:
            return None
        return self.image_tokens if self.frames_as == "images" else self.video_tokens


def check_extra_body(model: str, dialect: str, extra_body: Mapping[str, JsonValue]) -> None:
    """Refuses a setting in `extra_body`: the run's record would name another value.

    Raises:
        UserError: it contains what a setting of the dialect says.
    """
    for setting, place in DIALECTS[dialect].places.items():
        if _is_in(extra_body, place):
            raise UserError(
                f"model '{model}': extra_body contains {place}, which the setting {setting} "
                f"says: write 'generation: {{{setting}: ...}}' instead."
            )


def _is_in(values: Any, place: str) -> bool:
    first, _, rest = place.partition(".")
    if not isinstance(values, Mapping):
        return True
    return first in values and (not rest or _is_in(values[first], rest))
