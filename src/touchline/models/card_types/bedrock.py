"""The card of a model on Amazon Bedrock."""

from typing import Any, Literal

from touchline.models.card_types.endpoint import BaseUrl, EndpointCard

_OF_THE_QUESTION = ("frames_as",)
"""Fields that change what is asked, and so the answer."""


class BedrockCard(EndpointCard):
    """A model that is asked through Bedrock's Converse, such as Amazon Nova.

    Credentials come from where every AWS program looks for them: the environment, the profile, the
    machine's role. `frames_as: video/mp4` sends a window as one video; with images, Converse takes
    at most 20. `base_url` is another address than the region's own.
    """

    engine: Literal["bedrock"]
    region: str = "us-east-1"
    base_url: BaseUrl | None = None
    frames_as: Literal["images", "video/mp4"] = "images"

    def identity(self) -> dict[str, Any]:
        """See `CardBase.identity`."""
        return {
            "engine": self.engine,
            "model": self.model,
            **self.model_dump(include=set(_OF_THE_QUESTION), exclude_defaults=True, mode="json"),
        }
