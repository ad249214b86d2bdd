"""Files of cards: those that ship with touchline, those of installed packages, and the user's."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import platformdirs
import yaml

from touchline.bounded_reading import read_bounded
from touchline.errors import UserError, reason_of
from touchline.registry import package_folders
from touchline.yaml_text import read_yaml, yaml_problem

ENTRY_POINTS = "touchline.cards"
"""Group of the entry points that name Python packages with cards as YAML files."""

BUILT_IN = "built in"
"""The source of cards that ship with touchline."""

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class CardFile:
    """The file of a card, read but not yet validated.

    Attributes:
        name: of the card; that of the file where the card has none.
        values: the content of the file.
        file: its path.
        source: "built in", "yours", or the package that contains it.
    """

    name: str
    values: dict[str, Any]
    file: Path
    source: str

    def names(self) -> list[str]:
        """Every name that finds it."""
        others = [*(self.values.get("aliases") or ()), self.values.get("checkpoint")]
        return [self.name, *(str(name) for name in (*others, self.values.get("model")) if name)]


def user_folder() -> Path:
    """The folder of the user's own cards: $TOUCHLINE_CARDS, else below the user's configuration."""
    chosen = os.environ.get("TOUCHLINE_CARDS")
    return Path(chosen) if chosen else platformdirs.user_config_path("touchline") / "cards"


def card_files() -> list[CardFile]:
    """All cards; of several with one name the user's is taken, then a package's, then the built-in.

    Raises:
        UserError: a file cannot be read, or the package of an entry point cannot be imported.
    """
    found: dict[str, CardFile] = {}
    for card in (*_built_in(), *_from_packages(), *_from(user_folder(), "yours")):
        found[card.name] = card
    return sorted(found.values(), key=lambda card: card.name)


def built_in_cards() -> list[str]:
    """Names of the cards that ship with touchline."""
    return [card.name for card in _built_in()]


def built_in_card(name: str) -> dict[str, Any] | None:
    """The content of the card of a name that ships with touchline, or None."""
    return next((card.values for card in _built_in() if card.name == name), None)


def find_card_file(name: str) -> CardFile | None:
    """The card of a name or alias; capitals, spaces and underscores do not matter.

    A card's own name takes precedence over another's alias.
    """
    wanted = _plain(name)
    cards = card_files()
    own = (card for card in cards if _plain(card.name) == wanted)
    other = (card for card in cards if wanted in map(_plain, card.names()))
    return next(own, None) or next(other, None)


def read_card_file(file: Path) -> dict[str, Any]:
    """The content of a card's file, not validated.

    Raises:
        UserError: it cannot be read, is not YAML, or does not contain a card.
    """
    try:
        values = read_yaml(read_bounded(file))
    except yaml.YAMLError as error:
        raise UserError(f"card {file} is not valid YAML: {yaml_problem(error)}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"card {file} cannot be read: {reason_of(error)}.") from error
    if not isinstance(values, dict):
        raise UserError(f"{file} is not a card: it must have at least 'name' and 'engine'.")
    return values


@cache
def _built_in() -> tuple[CardFile, ...]:
    folder = Path(str(resources.files("touchline.models") / "cards"))
    return tuple(_from(folder, BUILT_IN))


def _from_packages() -> Iterator[CardFile]:
    for package, folder in package_folders("cards", ENTRY_POINTS):
        yield from _from(folder, package)


def _from(folder: Path, source: str) -> Iterator[CardFile]:
    for file in sorted(folder.rglob("*")):
        if file.suffix in _SUFFIXES:
            values = read_card_file(file)
            yield CardFile(str(values.get("name", file.stem)), values, file, source)


def _plain(name: str) -> str:
    return "-".join(name.lower().replace("_", " ").split())
