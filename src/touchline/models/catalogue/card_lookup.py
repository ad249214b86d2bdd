"""From a name, a file or the entry of a benchmark to a model's card.

A benchmark names a card ("demo", "baseline/random"), gives the path of a user's file, or contains
the whole card. It may also override fields of a named card:
`{use: qwen2.5-vl-7b, precision: nf4}`.
"""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError
from touchline.models.card_types.base import Card, with_current_names
from touchline.models.catalogue.card_registry import (
    BUILT_IN,
    card_files,
    find_card_file,
    read_card_file,
)
from touchline.models.catalogue.prices import with_prices
from touchline.models.controls import MARK, split_control
from touchline.models.engine import ENGINES
from touchline.planted_keys import refuse_planted_keys
from touchline.text import nearest_word
from touchline.validation import one_sentence, telling
from touchline.yaml_text import line_in_text

_USE = "use"
_ENGINE = "engine"

SOUND_BASELINE = "baseline/sound"
BASELINES = (
    "baseline/random",
    "baseline/prior",
    "baseline/every-window",
    "baseline/comb",
    "baseline/clock",
    SOUND_BASELINE,
)


_PAGE = "docs/cards.md"
_OF_BENCHMARK = ("prompt", "merging", "reading", "scoring", "context", "data", "identity")
"""Settings that benchmarks have, and cards do not."""


def card_names() -> list[str]:
    """Names of all cards: touchline's, those of installed packages, and the user's."""
    return [card.name for card in card_files()]


def find_card(model: str | dict[str, Any]) -> Card:
    """A card by its name or alias, by the path of a YAML file, or as a benchmark describes it.

    A name that ends in "+" and a control ("demo+blank") is the model before it under that
    control, see `touchline.models.controls`. Fields beside `use` override those of the card of
    that name; sections such as `generation` field by field. With another `engine`, fields that
    the card type of the new engine does not have, or has for something else, are left out.

    Raises:
        UserError: there is no such model, or the card is not valid.
    """
    if isinstance(model, dict):
        where = f"model '{model.get('name', model.get(_USE, '?'))}'"
        return parse_card(_with_overrides(model, where), where)
    values, where = _values(model)
    file = Path(model)
    return parse_card(values, where, file if where == f"card {file}" else None)


def parse_card(values: dict[str, Any], where: str, file: Path | None = None) -> Card:
    """A validated card, of the card type of its engine.

    Args:
        values: its fields.
        where: what to call it in errors.
        file: its file, to name the line of an error.

    Raises:
        UserError: with the first error and the nearest valid name.
    """
    refuse_planted_keys(values, where)
    if _ENGINE not in values:
        name = values.get("name")
        known = isinstance(name, str) and find_card_file(name) is not None
        hint = f" (to change the card '{name}', write 'use: {name}')" if known else ""
        near = hint or nearest_word(_ENGINE, map(str, values), 0.7)
        raise UserError(f"{where}{_line(file, ())}: engine is missing{near}; see {_PAGE}.")
    card_type = _card_type(values[_ENGINE], f"{where}{_line(file, (_ENGINE,))}")
    try:
        return card_type.model_validate(values)
    except ValidationError as error:
        wrong = telling(error)
        place = f"{where}{_line(file, wrong['loc'])}"
        if wrong["type"] == "extra_forbidden" and wrong["loc"][0] in _OF_BENCHMARK:
            raise UserError(
                f"{place}: {wrong['loc'][0]} is a setting of benchmarks: write it beside 'models', "
                "not in a card."
            ) from error
        # An entry of a benchmark may have a prompt beside the fields of its card.
        is_entry = file is None and len(wrong["loc"]) == 1
        names = {*card_type.model_fields, "prompt"} if is_entry else card_type
        raise UserError(f"{place}: {one_sentence(error, names, _PAGE)}") from error


def _line(file: Path | None, place: tuple[int | str, ...]) -> str:
    """Where in a card's file a value is, such as ", line 3"; nothing where it has no file."""
    return f", line {line_in_text(read_bounded(file), place)}" if file else ""


def _card_type(engine: Any, where: str) -> type[Card]:
    try:
        return ENGINES.get(str(engine)).card_type()
    except UserError as error:
        raise UserError(f"{where}: {error}") from error


def _values(name: str) -> tuple[dict[str, Any], str]:
    """The fields of the card of a name, alias or path, and where it is written."""
    model, control = split_control(name)
    if control is not None:
        values, where = _values(model)
        changed = {"name": f"{values.get('name', model)}{MARK}{control}", "control": str(control)}
        return values | changed, where
    card = find_card_file(name)
    if card is not None:
        is_built_in = card.source == BUILT_IN
        values = with_prices(card.name, card.values, is_built_in=is_built_in)
        return values, f"card {card.file}"
    file = Path(name)
    if file.suffix in (".yaml", ".yml") and file.is_file():
        return read_card_file(file), f"card {file}"
    known = {alias: card.name for card in card_files() for alias in card.names()}
    raise UserError(
        f"unknown model '{name}'{nearest_word(name, known, named=known)}; see 'touchline models', "
        "or give a card as a YAML file."
    )


def _with_overrides(entry: dict[str, Any], where: str) -> dict[str, Any]:
    """A benchmark's entry over the card that it uses."""
    if _USE not in entry:
        return entry
    used = entry[_USE]
    if not isinstance(used, str):
        raise UserError(f"{where}: 'use' must be the name of a card, not {used!r}.")
    overrides = with_current_names({name: value for name, value in entry.items() if name != _USE})
    values = with_current_names(_values(used)[0])
    engine = overrides.get(_ENGINE)
    if engine not in (None, values.get(_ENGINE)):
        card_type, before = _card_type(engine, where), _card_type(values.get(_ENGINE), where)
        fields = set(card_type.model_fields) - card_type.of_this_engine - before.of_this_engine
        values = {name: value for name, value in values.items() if name in fields}
    for name, value in overrides.items():
        below = values.get(name)
        merges = isinstance(value, dict) and isinstance(below, dict)
        values[name] = {**below, **value} if merges else value  # type: ignore[dict-item]
    return values
