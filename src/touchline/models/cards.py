"""Model cards: one YAML file a model, no code.

A card is named ("demo", "baseline/random"), is a file of the user's, or stands in full in a
benchmark. It says who the model is and how it is reached.
"""

import difflib
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from touchline.errors import UserError
from touchline.models.controls import MARK, Control, split_control
from touchline.models.nouns import Generation
from touchline.validation import field_names, one_sentence
from touchline.video import Recipe

ASSETS = resources.files("touchline") / "assets"
_BUILTIN = "builtin:"
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*$"
"""Names become folders of a run, so they cannot lead out of it."""


class GenerationSettings(BaseModel):
    """Settings of `Generation` as a person writes them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_new_tokens: Annotated[int, Field(ge=1)] = 256
    temperature: Annotated[float, Field(ge=0)] = 0.0
    seed: int = 0
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0

    def plain(self) -> Generation:
        """The settings as the plain value that travels with a request."""
        return Generation(**self.model_dump())


class Price(BaseModel):
    """What an endpoint takes, in US dollars a million tokens, on a date: prices move."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    date: date

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars for so many tokens.

        >>> Price(input=0.3, output=2.5, date="2026-11-01").of(1_000_000, 100_000)
        0.55
        """
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1_000_000


class SamplingSettings(BaseModel):
    """How frames and windows are taken; seconds, as people say them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fps: Annotated[float, Field(gt=0, le=240)] = 5.0
    window: Annotated[float, Field(gt=0)] = 3.0
    stride: Annotated[float, Field(gt=0)] = 2.0
    height: Annotated[int, Field(ge=16)] | None = None

    def over(self, other: "SamplingSettings") -> "SamplingSettings":
        """These settings where they were given, the other's elsewhere."""
        return other.model_copy(
            update={name: getattr(self, name) for name in self.model_fields_set}
        )

    def recipe(self) -> Recipe:
        """The same in the units of the code."""
        return Recipe(self.fps, round(self.window * 1000), round(self.stride * 1000), self.height)


class _Card(BaseModel):
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


class TransformersCard(_Card):
    """A checkpoint that runs in this process through Hugging Face transformers.

    `checkpoint` is a local folder, a hub repository, or "builtin:NAME" for one that ships with
    touchline.
    """

    engine: Literal["transformers"]
    checkpoint: str
    revision: str | None = None
    precision: Literal["float32", "bfloat16", "float16"] = "bfloat16"
    attention: Literal["sdpa", "eager", "flash_attention_2"] = "sdpa"
    batch_size: Annotated[int, Field(ge=1)] = 1
    remote_code: bool = False

    def checkpoint_path(self) -> str:
        """The local folder, or the hub repository's name."""
        if self.checkpoint.startswith(_BUILTIN):
            return str(ASSETS / "models" / self.checkpoint.removeprefix(_BUILTIN))
        return self.checkpoint


class OpenAICard(_Card):
    """A model behind an endpoint that speaks OpenAI's chat completions.

    `logprobs` asks for the log-probability of every token; not every endpoint gives them.
    """

    engine: Literal["openai"]
    base_url: str = "https://api.openai.com/v1"
    model: str
    api_key_env: str = "OPENAI_API_KEY"
    in_flight: Annotated[int, Field(ge=1)] = 8
    timeout_s: Annotated[float, Field(gt=0)] = 120.0
    retries: Annotated[int, Field(ge=0)] = 4
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    price: Price | None = None
    logprobs: bool = False


class BaselineCard(_Card):
    """A null model that looks at nothing. What does not beat it has shown nothing."""

    engine: Literal["baseline"]
    kind: Literal["random", "prior", "every-window"]


Card = TransformersCard | OpenAICard | BaselineCard
_ADAPTER: TypeAdapter[Card] = TypeAdapter(Annotated[Card, Field(discriminator="engine")])
_WORDS = field_names(
    TransformersCard, OpenAICard, BaselineCard, GenerationSettings, Price, SamplingSettings
)

BASELINES = ("baseline/random", "baseline/prior", "baseline/every-window")


def card_names() -> list[str]:
    """Names of all cards that ship with touchline."""
    folder = _cards_folder()
    return sorted(
        file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.yaml")
    )


def find_card(model: str | dict[str, Any]) -> Card:
    """A card by its name, by the path of a YAML file, or from values written in a benchmark.

    A name that ends in "+" and a control ("demo+blank") is the model before it under that
    control, see `touchline.models.controls`.

    Raises:
        UserError: no such model, or the card is not valid.
    """
    if isinstance(model, dict):
        return parse_card(model, f"model '{model.get('name', '?')}'")
    own, control = split_control(model)
    if control is not None:
        card = find_card(own)
        return card.model_copy(update={"name": f"{card.name}{MARK}{control}", "control": control})
    file = _cards_folder() / f"{model}.yaml"
    if model not in card_names():
        file = Path(model)
        if file.suffix not in (".yaml", ".yml") or not file.is_file():
            raise UserError(
                f"unknown model '{model}'{_nearest(model)}; see 'touchline models', or give a "
                "card as a YAML file."
            )
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UserError(f"card {file} cannot be read: {error}.") from error
    return parse_card(values, f"card {file}")


def parse_card(values: Any, where: str) -> Card:
    """A validated card.

    Raises:
        UserError: with the first thing that is wrong and the nearest valid word.
    """
    try:
        return _ADAPTER.validate_python(values)
    except ValidationError as error:
        raise UserError(f"{where}: {one_sentence(error, _WORDS)}") from error


def _cards_folder() -> Path:
    return Path(str(resources.files("touchline.models") / "cards"))


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, card_names(), n=1, cutoff=0.4)
    return f"; the nearest is '{near[0]}'" if near else ""
