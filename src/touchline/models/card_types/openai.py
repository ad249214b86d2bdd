"""The card of a model behind an endpoint that speaks OpenAI's chat completions."""

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from touchline.models.card_types.endpoint import BaseUrl, EndpointCard, KeyName

_OF_THE_QUESTION = (
    "jpeg_quality",
    "max_pixels",
    "image_detail",
    "frames_as",
    "structured",
    "extra_body",
)
"""Fields that change what is asked, and so the answer."""


class OpenAICard(EndpointCard):
    """A model behind an endpoint that speaks OpenAI's chat completions.

    Frames are sent as the JPEG files that they are, unless `jpeg_quality` or `max_pixels` (of one
    frame) ask for smaller ones. `frames_as` sends a window as one video instead: "video/mp4", or
    "video/jpeg" for vLLM. `structured` binds the answer to the JSON schema of the prompt.
    `logprobs` asks for the log-probability of every token; not every endpoint gives them.
    `extra_body` goes into every request as it is.
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

    def identity(self) -> dict[str, Any]:
        """See `CardBase.identity`."""
        return {
            "engine": self.engine,
            "base_url": self.base_url,
            "model": self.model,
            **self.model_dump(include=set(_OF_THE_QUESTION), exclude_defaults=True, mode="json"),
        }
