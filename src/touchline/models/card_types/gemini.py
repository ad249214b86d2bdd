"""The card of a Gemini model that is asked through Google's own API."""

from typing import Annotated, Any, Literal

from pydantic import Field

from touchline.models.card_types.endpoint import BaseUrl, EndpointCard, KeyName

_IDENTITY_FIELDS = ("frames_as", "structured", "media_resolution", "thinking_budget")
"""Fields that change the question, and so the answer."""


class GeminiCard(EndpointCard):
    """A Gemini model, with a half as a native video or with frames as images.

    With `frames_as: video` each half is uploaded once, every window is cut out of it by its times
    at the frame rate of its frames (at most 24 a second), and the upload is deleted at the end.
    `structured` constrains the answer to the JSON schema of the prompt. `logprobs` requests the
    log-probability of every token. `thinking_budget` is in tokens; 0 turns thinking off.
    """

    engine: Literal["gemini"]
    base_url: BaseUrl = "https://generativelanguage.googleapis.com"
    api_key_env: KeyName = "GEMINI_API_KEY"
    frames_as: Literal["video", "images"] = "video"
    structured: Literal["json_schema"] | None = None
    media_resolution: Literal["low", "medium", "high"] | None = None
    thinking_budget: Annotated[int, Field(ge=0)] | None = None
    logprobs: bool = False

    def batch_refusal(self) -> str | None:
        """See `Card.batch_refusal`."""
        if self.frames_as != "video":
            return None
        return (
            f"model '{self.name}' watches halves as uploaded videos, which are deleted before a "
            "batch may begin: write 'frames_as: images' for the model, or run without --batch."
        )

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`."""
        return {
            "engine": self.engine,
            "model": self.model,
            **self.model_dump(include=set(_IDENTITY_FIELDS), exclude_defaults=True, mode="json"),
        }
