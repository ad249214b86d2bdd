"""The card of a Gemini model that is asked through Google's own API."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import model_validator

from touchline.models.card_types.dialects import known_dialect
from touchline.models.card_types.endpoint import BaseUrl, DialectCard, KeyName
from touchline.models.image_tokens.base import Formula

_IDENTITY_FIELDS = ("frames_as", "structured", "media_resolution", "dialect")
"""Fields that change the question, and so the answer."""


class GeminiCard(DialectCard):
    """A Gemini model, with a half as a native video or with frames as images.

    With `frames_as: video` each half is uploaded once, every window is cut out of it by its times
    at the frame rate of its frames (at most 24 a second), and the upload is deleted at the end.
    `structured` constrains the answer to the JSON schema of the prompt. `logprobs` requests the
    log-probability of every token. `dialect` is `gemini` for models whose thinking has a budget
    (2.5) and `gemini-3` for those whose thinking has a level.
    """

    engine: Literal["gemini"]
    dialect: Annotated[str, known_dialect("gemini")] = "gemini"
    base_url: BaseUrl = "https://generativelanguage.googleapis.com"
    api_key_env: KeyName = "GEMINI_API_KEY"
    frames_as: Literal["video", "images"] = "video"
    structured: Literal["json_schema"] | None = None
    media_resolution: Literal["low", "medium", "high"] | None = None
    logprobs: bool = False

    @model_validator(mode="before")
    @classmethod
    def _move_thinking_budget(cls, values: Any) -> Any:
        """Cards written before it was a setting have `thinking_budget` beside `generation`."""
        if not isinstance(values, Mapping) or "thinking_budget" not in values:
            return values
        others = {name: value for name, value in values.items() if name != "thinking_budget"}
        settings = others.get("generation") or {}
        moved = {"thinking_budget": values["thinking_budget"]}
        return others | {"generation": {**settings, **moved}}

    def batch_refusal(self) -> str | None:
        """See `Card.batch_refusal`."""
        if self.frames_as != "video":
            return None
        return (
            f"model '{self.name}' watches halves as uploaded videos, which are deleted before a "
            "batch may begin: write 'frames_as: images' for the model, or run without --batch."
        )

    def sent_formula(self) -> Formula | None:
        """See `Card.sent_formula`.

        Gemini samples an uploaded video itself, and `media_resolution` changes what a frame costs,
        so the card's formula holds for images at the default resolution alone.
        """
        if self.frames_as == "video" or self.media_resolution is not None:
            return None
        return self.image_tokens

    def sends_to(self) -> tuple[str, str | None]:
        """See `Card.sends_to`."""
        return self.base_url, self.api_key_env

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`."""
        return {
            "engine": self.engine,
            "model": self.model,
            **self.model_dump(include=set(_IDENTITY_FIELDS), exclude_defaults=True, mode="json"),
        }
