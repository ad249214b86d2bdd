"""The card of a Gemini model that is asked through Google's own API."""

from typing import Annotated, Any, Literal

from pydantic import Field

from touchline.models.card_types.endpoint import BaseUrl, EndpointCard, KeyName

_OF_THE_QUESTION = ("frames_as", "structured", "media_resolution", "thinking_budget")
"""Fields that change what is asked, and so the answer."""


class GeminiCard(EndpointCard):
    """A Gemini model, with a half as a native video or with frames as images.

    With `frames_as: video` each half is uploaded once, every window is cut out of it by its times
    at the frame rate of its frames (at most 24 a second), and the upload is deleted at the end.
    `structured` binds the answer to the JSON schema of the prompt. `logprobs` asks for the
    log-probability of every token. `thinking_budget` is in tokens; 0 is no thinking.
    """

    engine: Literal["gemini"]
    base_url: BaseUrl = "https://generativelanguage.googleapis.com"
    api_key_env: KeyName = "GEMINI_API_KEY"
    frames_as: Literal["video", "images"] = "video"
    structured: Literal["json_schema"] | None = None
    media_resolution: Literal["low", "medium", "high"] | None = None
    thinking_budget: Annotated[int, Field(ge=0)] | None = None
    logprobs: bool = False

    def identity(self) -> dict[str, Any]:
        """See `CardBase.identity`."""
        return {
            "engine": self.engine,
            "model": self.model,
            **self.model_dump(include=set(_OF_THE_QUESTION), exclude_defaults=True, mode="json"),
        }
