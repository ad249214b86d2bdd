"""Finding a model's card: one YAML file a model, no code.

A card is named ("demo", "baseline/random"), is a file of the user's, or stands in full in a
benchmark. It says who the model is and how it is reached.
"""

import difflib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from touchline.errors import UserError
from touchline.models.controls import MARK, split_control
from touchline.models.kinds import BaselineCard, Card, OpenAICard, TransformersCard
from touchline.models.settings import GenerationSettings, Price, SamplingSettings
from touchline.validation import field_names, one_sentence

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
