"""Finding a model's card: one YAML file a model, no code.

A card is named ("demo", "baseline/random"), is a file of the user's, or stands in full in a
benchmark. It says who the model is and how it is reached. In a benchmark a named card may be used
with other words laid over it: `{use: qwen2.5-vl-7b, precision: nf4}`.
"""

from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from touchline.errors import UserError
from touchline.models.card_registry import card_files, find_card_file, read_card_file
from touchline.models.card_types import Card
from touchline.models.controls import MARK, split_control
from touchline.text import nearest_word
from touchline.validation import field_names, one_sentence

_ADAPTER: TypeAdapter[Card] = TypeAdapter(Annotated[Card, Field(discriminator="engine")])
_KINDS: tuple[type[BaseModel], ...] = get_args(Card)
_USE = "use"
_WORDS = field_names(*_KINDS) | {_USE}

SOUND_BASELINE = "baseline/sound"
BASELINES = ("baseline/random", "baseline/prior", "baseline/every-window", SOUND_BASELINE)


def card_names() -> list[str]:
    """Names of all cards: touchline's, of installed packages, and the user's."""
    return [card.name for card in card_files()]


def find_card(model: str | dict[str, Any]) -> Card:
    """A card by its name or alias, by the path of a YAML file, or from a benchmark's words.

    A name that ends in "+" and a control ("demo+blank") is the model before it under that
    control, see `touchline.models.controls`. Words with `use` are laid over the card of that
    name; sections such as `generation` word by word. With another `engine`, facts that only the
    first engine needs are left out.

    Raises:
        UserError: no such model, or the card is not valid.
    """
    if isinstance(model, dict):
        own = f"model '{model.get('name', model.get(_USE, '?'))}'"
        return parse_card(_laid_over(model, own), own)
    values, where = _values(model)
    return parse_card(values, where)


def parse_card(values: Any, where: str) -> Card:
    """A validated card.

    Raises:
        UserError: with the first thing that is wrong and the nearest valid word.
    """
    try:
        return _ADAPTER.validate_python(values)
    except ValidationError as error:
        raise UserError(f"{where}: {one_sentence(error, _WORDS)}") from error


def _values(name: str) -> tuple[dict[str, Any], str]:
    """What the card of a name, alias or path says, and where it stands."""
    own, control = split_control(name)
    if control is not None:
        values, where = _values(own)
        called = {"name": f"{values.get('name', own)}{MARK}{control}", "control": str(control)}
        return values | called, where
    card = find_card_file(name)
    if card is not None:
        return card.values, f"card {card.file}"
    file = Path(name)
    if file.suffix in (".yaml", ".yml") and file.is_file():
        return read_card_file(file), f"card {file}"
    raise UserError(
        f"unknown model '{name}'{_nearest(name)}; see 'touchline models', or give a card as a "
        "YAML file."
    )


def _laid_over(words: dict[str, Any], where: str) -> dict[str, Any]:
    """A benchmark's words over those of the card that they use."""
    if _USE not in words:
        return words
    used, own = words[_USE], {word: value for word, value in words.items() if word != _USE}
    if not isinstance(used, str):
        raise UserError(f"{where}: 'use' must be the name of a card, not {used!r}.")
    values = _fit_for(own.get("engine"), _values(used)[0])
    for word, value in own.items():
        below = values.get(word)
        merges = isinstance(value, dict) and isinstance(below, dict)
        values[word] = {**below, **value} if merges else value  # type: ignore[dict-item]
    return values


def _fit_for(engine: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """A card's words, without those that another engine's kind of card does not have."""
    if engine in (None, values.get("engine")):
        return dict(values)
    for kind in _KINDS:
        if engine in get_args(kind.model_fields["engine"].annotation):
            return {word: value for word, value in values.items() if word in kind.model_fields}
    return dict(values)


def _nearest(name: str) -> str:
    known = {alias: card.name for card in card_files() for alias in card.names()}
    return nearest_word(name, known, named=known)
