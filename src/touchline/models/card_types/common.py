"""What every card says, whatever engine reaches its model."""

from abc import abstractmethod
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from touchline.models.controls import Control
from touchline.models.generation import Generation, Price
from touchline.models.image_tokens import ImageTokens
from touchline.video import FrameSpec

ASSETS = resources.files("touchline") / "assets"
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*$"
"""Names become folders of a run, so they cannot lead out of it."""


BASELINE = "baseline"
"""The engine of null baselines."""


def is_baseline(engine: str) -> bool:
    """Whether an engine is that of the null baselines."""
    return engine == BASELINE


class CardBase(BaseModel):
    """Who a model is and how it is asked; the fields that all kinds of card share.

    Attributes:
        name: as benchmarks, leaderboards and folders call it.
        aliases: other names that find the card; the hub repository is one without being named.
        about: one sentence.
        family: models that share an architecture and its processor.
        licence: of the weights, or of the service.
        parameters: how many, of all parts together.
        active_parameters: how many of them take part in one token, where experts share the work.
        context_tokens: the longest prompt and answer together.
        video: whether the model takes a video as such, or only frames as images.
        image_tokens: the formula of the tokens that an image costs.
        video_tokens: the same for a frame of a video, where the model takes video.
        max_images: most images in one prompt.
        too_many_images: whether a window with more images is refused or thinned to as many.
        system_prompt: said before every question.
        prompt_prefix: put before the prompt's text.
        text_first: put the prompt's text before the images. All windows begin alike then, and a
            server that caches prefixes reads the text once; but models were seldom trained so.
        memory: how many of the spots that the model last reported in a half it is told in the
            next prompt; then a half's windows are asked one after the other.
        limits: what the model is known to do wrong.
        seen: what was seen of it in practice, and on what.
        needs: what a person needs to run it, beside `pip install`.
        status: "offered"; "rejected" is not asked at all; "retired" is shut down.
        reason: why it is rejected or retired, as a clause after "model X is rejected: ".
        heir: the card to use in its place.
        price: what an endpoint takes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    name: Annotated[str, Field(pattern=_NAME)]
    aliases: tuple[str, ...] = ()
    about: str = ""
    family: str | None = None
    licence: str | None = None
    parameters: Annotated[int, Field(ge=1)] | None = None
    active_parameters: Annotated[int, Field(ge=1)] | None = None
    context_tokens: Annotated[int, Field(ge=1)] | None = None
    video: Literal["native", "frames"] = "frames"
    image_tokens: ImageTokens | None = None
    video_tokens: ImageTokens | None = None
    max_images: Annotated[int, Field(ge=1)] | None = None
    too_many_images: Literal["refuse", "thin"] = "refuse"
    system_prompt: str | None = None
    prompt_prefix: str | None = None
    text_first: bool = False
    memory: Annotated[int, Field(ge=0)] = 0
    limits: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    needs: str | None = None
    status: Literal["offered", "rejected", "retired"] = "offered"
    reason: str | None = None
    heir: str | None = None
    price: Price | None = None
    control: Control | None = None
    generation: Generation = Generation()
    sampling: FrameSpec = FrameSpec()

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.status != "offered" and not self.reason:
            raise ValueError(f"a model that is {self.status} needs a reason")
        if self.memory and self.generation.samples > 1:
            raise ValueError("a model with a memory gives one answer a window: set samples to 1")
        return self

    @property
    def is_baseline(self) -> bool:
        """Whether this is a null baseline, which looks at nothing."""
        return is_baseline(str(getattr(self, "engine", "")))

    def refusal(self) -> str | None:
        """Why this model is not asked, as a sentence for a person; None where it is offered."""
        if self.status == "offered":
            return None
        heir = f"; use '{self.heir}' in its place" if self.heir else ""
        reason = (self.reason or "").rstrip(".")
        return f"model '{self.name}' is {self.status}: {reason}{heir}."

    def facts(self) -> dict[str, Any]:
        """The whole card as plain values, for a run's plan and the report."""
        facts = self.model_dump(mode="json", exclude_none=True)
        if self.sampling.frames is not None:
            del facts["sampling"]["fps"]  # the two exclude each other when a card is read again
        return facts

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Facts that make the model itself, for the key of its replies.

        Everything that could change an answer: engine, weights, revision, precision, attention.
        Batch size, how many requests are in flight and time limits are not among them.
        """
