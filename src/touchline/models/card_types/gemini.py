"""The card of a Gemini model that is asked through Google's own API."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from touchline.errors import UserError
from touchline.models.card_types.dialects import known_dialect
from touchline.models.card_types.endpoint import BaseUrl, DialectCard, KeyName
from touchline.models.image_tokens.base import Formula
from touchline.validation import Settings

_IDENTITY_FIELDS = ("frames_as", "structured", "media_resolution", "dialect")
"""Fields that change the question, and so the answer."""


_GEMINI_API = "https://generativelanguage.googleapis.com"


class Vertex(Settings):
    """Where in Google Cloud a model is asked; what is not given comes from the environment.

    Attributes:
        project: the project, else $GOOGLE_CLOUD_PROJECT.
        location: the region or "global", else $GOOGLE_CLOUD_LOCATION.
    """

    project: str | None = None
    location: str | None = None

    def place(self, model: str) -> tuple[str, str]:
        """Project and location.

        Args:
            model: the name of the card, for the error message.

        Raises:
            UserError: there is no project.
        """
        project = self.project or os.environ.get("GOOGLE_CLOUD_PROJECT")
        if not project:
            raise UserError(
                f"model '{model}' is asked through Vertex and has no project: write 'vertex: "
                "{project: NAME}' in the card, or set GOOGLE_CLOUD_PROJECT."
            )
        return project, self.location or os.environ.get("GOOGLE_CLOUD_LOCATION") or "global"


class GeminiCard(DialectCard):
    """A Gemini model, with a half as a native video or with frames as images.

    With `frames_as: video` each half is uploaded once, every window is cut out of it by its times
    at the frame rate of its frames (at most 24 a second), and the upload is deleted at the end.
    `structured` constrains the answer to the JSON schema of the prompt. `logprobs` requests the
    log-probability of every token. `dialect` is `gemini` for models whose thinking has a budget
    (2.5) and `gemini-3` for those whose thinking has a level. `vertex` asks through Google Cloud
    with its credentials instead of a key; there frames go as images.
    """

    engine: Literal["gemini"]
    dialect: Annotated[str, known_dialect("gemini")] = "gemini"
    base_url: BaseUrl = _GEMINI_API
    api_key_env: KeyName = "GEMINI_API_KEY"
    frames_as: Literal["video", "images"] = "video"
    structured: Literal["json_schema"] | None = None
    media_resolution: Literal["low", "medium", "high"] | None = None
    logprobs: bool = False
    vertex: Vertex | None = None

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

    @model_validator(mode="after")
    def _check_vertex(self) -> Self:
        if self.vertex is not None and self.frames_as == "video":
            raise UserError(
                f"model '{self.name}': Vertex takes no uploaded videos: write 'frames_as: images' "
                "in the card."
            )
        return self

    @property
    def address(self) -> str:
        """Where the model is asked, for messages and counts."""
        if self.vertex is None or self.base_url != _GEMINI_API:
            return self.base_url
        return f"vertex {'/'.join(self.vertex.place(self.name))}"

    def batch_refusal(self) -> str | None:
        """See `Card.batch_refusal`."""
        if self.vertex is not None:
            return (
                f"model '{self.name}' is asked through Vertex, whose batches read their requests "
                "from a bucket: run without --batch, or remove 'vertex' from the card."
            )
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

    def needs_key(self) -> str | None:
        """See `Card.needs_key`; Vertex AI takes Google Cloud's credentials."""
        return self.api_key_env if self.vertex is None else None

    def sends_to(self) -> tuple[str, str | None]:
        """See `Card.sends_to`."""
        return self.base_url, self.api_key_env

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`."""
        return {
            "engine": self.engine,
            "model": self.model,
            **({} if self.vertex is None else {"service": "vertex"}),
            **self.model_dump(include=set(_IDENTITY_FIELDS), exclude_defaults=True, mode="json"),
        }
