"""The card of a model on Amazon Bedrock."""

from typing import Annotated, Any, Literal

from touchline.models.card_types.dialects import known_dialect
from touchline.models.card_types.endpoint import BaseUrl, DialectCard
from touchline.models.card_types.video_forms import rate_refusal, video_refusal
from touchline.models.image_tokens.base import Formula
from touchline.video import FrameSpec

_IDENTITY_FIELDS = ("frames_as", "dialect", "structured")
"""Fields that change the question, and so the answer."""


class BedrockCard(DialectCard):
    """A model that is asked through Bedrock's Converse API, such as Amazon Nova.

    Credentials are looked up like those of every AWS program: in the environment, the profile and
    the machine's role. `frames_as: video/mp4` sends a window as one video; with images, Converse
    accepts at most 20. `structured` constrains the answer to the JSON schema of the prompt, which
    some models support. `base_url` replaces the region's own address. `dialect` says which
    settings the model takes beside those of Converse.
    """

    engine: Literal["bedrock"]
    dialect: Annotated[str, known_dialect("bedrock")] = "converse"
    region: str = "us-east-1"
    base_url: BaseUrl | None = None
    frames_as: Literal["images", "video/mp4"] = "images"
    structured: Literal["json_schema"] | None = None

    def sent_formula(self) -> Formula | None:
        """See `Card.sent_formula`."""
        return self.image_tokens if self.frames_as == "images" else self.video_tokens

    def refusal(self) -> str | None:
        """See `Card.refusal`; frames as a video must keep their times."""
        return super().refusal() or video_refusal(self.name, self.dialect, self.frames_as)

    def sampling_refusal(self, sampling: FrameSpec) -> str | None:
        """See `Card.sampling_refusal`."""
        return rate_refusal(self.name, self.dialect, self.frames_as, sampling)

    def sends_to(self) -> tuple[str, str | None] | None:
        """See `Card.sends_to`; requests are signed, so no secret key is sent."""
        return None if self.base_url is None else (self.base_url, "AWS_SESSION_TOKEN")

    def identity(self) -> dict[str, Any]:
        """See `Card.identity`."""
        return {
            "engine": self.engine,
            "model": self.model,
            **self.model_dump(include=set(_IDENTITY_FIELDS), exclude_defaults=True, mode="json"),
        }
