"""The card of a model behind an endpoint that speaks OpenAI's chat completions."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, JsonValue

from touchline.models.card_types.endpoint import BaseUrl, EndpointCard, KeyName

_IDENTITY_FIELDS = (
    "jpeg_quality",
    "max_pixels",
    "image_detail",
    "frames_as",
    "structured",
    "extra_body",
)
"""Fields that change the question, and so the answer."""

_BATCHES_NEED_PUBLIC_IMAGES = ("openrouter.ai",)
"""OpenRouter's batches accept images as public URLs only and refuse data in the request
(https://openrouter.ai/docs/batch-quickstart, "Limitations", November 2026)."""


class OpenAICard(EndpointCard):
    """A model behind an endpoint that speaks OpenAI's chat completions.

    Frames are sent as the stored JPEG files, unless `jpeg_quality` or `max_pixels` (of one frame)
    ask for smaller ones. `frames_as` sends a window as one video instead: "video/mp4", or
    "video/jpeg" for vLLM. `structured` constrains the answer to the JSON schema of the prompt.
    `logprobs` requests the log-probability of every token; not every endpoint returns them.
    `extra_body` is added to every request as it is.
    """

    engine: Literal["openai"]
    base_url: BaseUrl = "https://api.openai.com/v1"
    api_key_env: KeyName = "OPENAI_API_KEY"
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    logprobs: bool = False
    jpeg_quality: Annotated[int, Field(ge=1, le=95)] | None = None
    max_pixels: Annotated[int, Field(ge=256)] | None = None
    image_detail: Literal["low", "high", "auto"] | None = None
    frames_as: Literal["images", "video/mp4", "video/jpeg"] = "images"
    structured: Literal["json_schema"] | None = None
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)

    def batch_refusal(self) -> str | None:
        """See `Card.batch_refusal`."""
        host = urlsplit(self.base_url).hostname or ""
        if not host.endswith(_BATCHES_NEED_PUBLIC_IMAGES):
            return None
        return (
            f"model '{self.name}': batches at {host} accept images only as public addresses, and "
            "frames have none: run without --batch, or use the maker's own endpoint."
        )

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`."""
        return {
            "engine": self.engine,
            "base_url": self.base_url,
            "model": self.model,
            **self.model_dump(include=set(_IDENTITY_FIELDS), exclude_defaults=True, mode="json"),
        }
