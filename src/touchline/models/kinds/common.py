"""What every card says, whatever engine reaches its model."""

from importlib import resources
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from touchline.models.controls import Control
from touchline.models.settings import GenerationSettings, SamplingSettings

ASSETS = resources.files("touchline") / "assets"
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*$"
"""Names become folders of a run, so they cannot lead out of it."""


class CardBase(BaseModel):
    """Who a model is and how it is asked; the fields that all kinds of card share."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    name: Annotated[str, Field(pattern=_NAME)]
    about: str = ""
    licence: str | None = None
    parameters: int | None = None
    limits: tuple[str, ...] = ()
    system_prompt: str | None = None
    control: Control | None = None
    max_images: Annotated[int, Field(ge=1)] | None = None
    generation: GenerationSettings = GenerationSettings()
    sampling: SamplingSettings = SamplingSettings()

    def facts(self) -> dict[str, Any]:
        """The whole card as plain values, for a run's plan and the report."""
        return self.model_dump(mode="json", exclude_none=True)

    def identity(self) -> dict[str, Any]:
        """Facts that make the model itself, for the key of its replies.

        Everything that could change an answer: engine, weights, revision, precision, attention.
        Batch size, how many requests are in flight and time limits are not among them.
        """
        raise NotImplementedError
