"""The fields that every card has, whichever engine reaches its model."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import resources
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from touchline.errors import UserError
from touchline.models.card_types.dialects import dialects_with
from touchline.models.catalogue.retirement import Retirement
from touchline.models.controls import Control
from touchline.models.generation import Generation, Price
from touchline.models.image_tokens.base import Formula
from touchline.models.image_tokens.formulas import ImageTokens
from touchline.validation import Settings
from touchline.video import FrameSpec

ASSETS = resources.files("touchline") / "assets"
_NAME = (
    r"^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*"
    r"(\[[A-Za-z0-9._=,-]+\](\+[a-z-]+)?)?$"
)
"""Names become folders of a run, so they must not lead out of it. In brackets stands the cell of a
sweep."""

BASELINE = "baseline"
"""The engine of the null baselines."""

_OLD_NAMES = {"heir": "superseded_by", "seen": "observations", "needs": "requires"}
"""Fields of cards written before they were renamed; plans of old runs hold such cards."""

_OLD_VALUES = {"too_many_images": {"thin": "subsample"}}


def is_baseline(engine: str) -> bool:
    """Whether an engine is that of the null baselines."""
    return engine == BASELINE


def with_current_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a card with the names and values of today in place of old ones.

    >>> with_current_names({"heir": "b", "too_many_images": "thin"})
    {'superseded_by': 'b', 'too_many_images': 'subsample'}
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        current = _OLD_NAMES.get(name, name)
        # An old name beside the new one is left as it is, and so refused as unknown.
        key = name if current in values else current
        old_values = _OLD_VALUES.get(key, {})
        found[key] = old_values.get(value, value) if isinstance(value, str) else value
    return found


class Card(Settings):
    """Who a model is and how it is asked: the fields that all card types share.

    Each card type adds `engine` as a `Literal` of the names of its engine, and `identity`.

    Attributes:
        name: the name in benchmarks, leaderboards and folders.
        engine: the name of the engine that reaches the model.
        aliases: other names that find the card; the hub repository is always one of them.
        about: one sentence.
        family: models that share an architecture and its processor.
        licence: of the weights, or of the service.
        parameters: the number of parameters in all parts together.
        active_parameters: how many of them are used for one token in a mixture of experts.
        context_tokens: the longest prompt and answer together.
        video: whether the model accepts a video as such, or only frames as images.
        image_tokens: the formula for the tokens of an image.
        video_tokens: the same for a frame of a video, where the model accepts video.
        max_images: most images in one prompt.
        too_many_images: whether a window with more images is refused or subsampled.
        system_prompt: the system message of every prompt.
        prompt_prefix: put before the prompt's text.
        text_first: put the prompt's text before the images. All windows then begin alike, and a
            server that caches prefixes reads the text once; but few models were trained so.
        memory: how many of the spots that the model last reported in a half are repeated in the
            next prompt; the windows of a half are then asked one after the other.
        limits: known faults of the model.
        observations: what was observed in practice, and on which hardware.
        requires: what the user needs to run it, besides `pip install`.
        status: "offered"; "rejected" is never asked; "retired" has been shut down.
        reason: why it is rejected or retired, as a clause after "model X is rejected: ".
        superseded_by: the card to use instead.
        retires: when the model leaves its API.
        served_by: the engines that are known to serve it, where some do not; None where nothing is
            known.
        price: what an endpoint charges.
        control: what is taken away from the question, see `touchline.models.controls`.
        generation: how answers are generated; settings that do not reach the model are refused.
        sampling: which frames a window has, unless the benchmark says otherwise.
    """

    of_this_engine: ClassVar[frozenset[str]] = frozenset()
    """Fields that mean something else in cards of other engines, and are not taken over there."""

    name: Annotated[str, Field(pattern=_NAME)]
    engine: str
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
    too_many_images: Literal["refuse", "subsample"] = "refuse"
    system_prompt: str | None = None
    prompt_prefix: str | None = None
    text_first: bool = False
    memory: Annotated[int, Field(ge=0)] = 0
    limits: tuple[str, ...] = ()
    observations: tuple[str, ...] = ()
    requires: str | None = None
    status: Literal["offered", "rejected", "retired"] = "offered"
    reason: str | None = None
    superseded_by: str | None = None
    retires: Retirement | None = None
    served_by: tuple[str, ...] | None = None
    price: Price | None = None
    control: Control | None = None
    generation: Generation = Generation()
    sampling: FrameSpec = FrameSpec()

    @model_validator(mode="before")
    @classmethod
    def _read_old_names(cls, values: Any) -> Any:
        return with_current_names(values) if isinstance(values, Mapping) else values

    @model_validator(mode="after")
    def _check_status_and_memory(self) -> Self:
        if self.status != "offered" and not self.reason:
            raise ValueError(f"a model that is {self.status} needs a reason")
        if self.memory and self.generation.samples > 1:
            raise ValueError("a model with a memory gives one answer per window: set samples to 1")
        return self

    @model_validator(mode="after")
    def _check_settings_reach_the_model(self) -> Self:
        given = self.generation.model_fields_set - {"samples"}
        for name in sorted(given - self.honoured()):
            if getattr(self.generation, name) is not None:
                raise UserError(self._unsent(name))
        return self

    @model_validator(mode="after")
    def _check_some_limit_is_known(self) -> Self:
        if self.generation.max_new_tokens is None and self.context_tokens is None:
            raise UserError(
                f"model '{self.name}' leaves max_new_tokens out, so only its context limits what "
                "an answer may cost: write context_tokens in the card."
            )
        return self

    def most_answer_tokens(self) -> int:
        """The most tokens that an answer can have, thoughts included.

        Without a limit that is the whole context.
        """
        most = self.generation.most_tokens
        if most is None:
            assert self.context_tokens is not None  # checked when the card was read
            return self.context_tokens
        return most

    def honoured(self) -> frozenset[str]:
        """Names of the generation settings that reach the model.

        A card that sets any other is refused. A setting that the card does not mention has its
        default where it reaches the model, and does not exist elsewhere.
        """
        return frozenset()

    def _unsent(self, setting: str) -> str:
        """Why a setting is refused, as a sentence for the user."""
        dialect = getattr(self, "dialect", None)
        spoken = f" in dialect {dialect}" if dialect not in (None, self.engine) else ""
        others = dialects_with(setting, self.engine)
        which = f" (dialects that have it: {', '.join(others)})" if others else ""
        return (
            f"model '{self.name}': the setting {setting} does not reach the model through engine "
            f"{self.engine}{spoken}{which}: write 'generation: {{{setting}: null}}' to leave it "
            "out, or use another engine."
        )

    @property
    def is_baseline(self) -> bool:
        """Whether this is a null baseline, which does not look at the video."""
        return is_baseline(self.engine)

    def refusal(self) -> str | None:
        """Why this model is not asked, as a sentence for the user; None where it is offered."""
        if self.status == "offered":
            return None
        instead = f"; use '{self.superseded_by}' in its place" if self.superseded_by else ""
        reason = (self.reason or "").rstrip(".")
        return f"model '{self.name}' is {self.status}: {reason}{instead}."

    def memory_refusal(self) -> str | None:
        """Why no memory is planned for it, as a sentence for the user; None where some is."""
        if self.is_baseline:
            return f"'{self.name}' is a null baseline: it uses no memory and fits anywhere."
        return None

    def limited_frames(self, count: int) -> int:
        """How many of a window's frames are shown; the others are left out, evenly spaced."""
        if self.max_images is None or self.too_many_images == "refuse":
            return count
        return min(count, self.max_images * self.frames_per_image)

    @property
    def frames_per_image(self) -> int:
        """How many consecutive frames become one image of the prompt."""
        return 1

    def frames_taken(self) -> str:
        """How many frames the model takes, where that is limited, after "model X takes "."""
        return f"at most {self.max_images} images"

    def sampling_refusal(self, sampling: FrameSpec) -> str | None:  # noqa: ARG002
        """Why this model cannot be shown the frames of a sampling, as a sentence; None if it can.

        Args:
            sampling: which frames a window has.
        """
        return None

    def warnings(self, today: date | None = None) -> list[str]:
        """What the user should know before the model is asked, one sentence each.

        Args:
            today: the day to count from; None takes the day in UTC.
        """
        today = today or datetime.now(UTC).date()
        found = [self.retires.warning(self.name, today)] if self.retires else []
        if self.served_by is not None and self.engine not in self.served_by:
            engines = ", ".join(self.served_by)
            found.append(
                f"model '{self.name}' is not served by {self.engine}; it is by {engines}: set "
                "'engine' to one of these."
            )
        return [one for one in found if one]

    def batch_refusal(self) -> str | None:
        """Why the endpoint's batch API cannot be used, as a sentence; None where it can."""
        return None

    def sent_formula(self) -> Formula | None:
        """What frames cost in the form in which they are sent to a server.

        None where that is not known, and where nothing is sent: what an engine in this process
        gives to a model needs no audit (see `touchline.models.answers.prompt_audit`).
        """
        return None

    def sent_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height in pixels of a frame as it is sent."""
        return width, height

    def facts(self) -> dict[str, Any]:
        """The whole card as plain values, for a run's plan and the report."""
        facts = self.model_dump(mode="json", exclude_none=True)
        facts["generation"] = self._generation_facts()
        if self.sampling.frames is not None:
            del facts["sampling"]["fps"]  # the two exclude each other when a card is read again
        return facts

    def _generation_facts(self) -> dict[str, Any]:
        """The settings that reach the model; `null` where one is left out that has a default."""
        fields = type(self.generation).model_fields
        return {
            name: value
            for name, value in self.generation.model_dump(mode="json").items()
            if name in self.honoured() | {"samples"}
            and (value is not None or fields[name].default is not None)
        }

    def sends_to(self) -> tuple[str, str | None] | None:
        """The address that pictures go to, and the name of the key that goes with them.

        None where nothing leaves this machine, or only for an address that no card can choose.
        """
        return None

    def needs_key(self) -> str | None:
        """The name of the key without which the model cannot be asked; None where it needs none."""
        return None

    def starts(self) -> tuple[tuple[str, ...], Mapping[str, str]] | None:
        """Program, arguments and environment that the card itself chooses; None where none are."""
        return None

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """The facts that make up the model itself, for the key of its replies.

        Everything that could change an answer: engine, weights, revision, precision, attention.
        Batch size, the number of requests in flight and timeouts are not among them.
        """
