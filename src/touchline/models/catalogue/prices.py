"""Prices of models behind an endpoint, and when they leave it: one file for all cards.

A card that has a `price` or a `retires` of its own keeps it. The user's file replaces entries of
touchline's by the name of the card, and may have entries for the user's own cards.
"""

import datetime
import os
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import platformdirs
import yaml
from pydantic import ValidationError

from touchline.errors import UserError
from touchline.models.catalogue.retirement import Retirement
from touchline.models.generation import Price
from touchline.validation import Settings, field_names, one_sentence
from touchline.yaml_text import read_yaml, yaml_problem

_FIELDS = ("price", "retires")


class PriceEntry(Settings):
    """What is known of one model.

    Attributes:
        price: what it charges.
        later: what it has been announced to charge from the date of that price on.
        source: where that is said.
        retires: when it leaves its API.
    """

    price: Price | None = None
    later: Price | None = None
    source: str | None = None
    retires: Retirement | None = None

    def on(self, today: datetime.date) -> "PriceEntry":
        """What is known, with the price of a day.

        Args:
            today: the day.
        """
        if self.later is None or today < self.later.date:
            return self
        return self.model_copy(update={"price": self.later})


class PriceFile(Settings):
    """The file of prices.

    Attributes:
        checked: when all entries were last looked at.
        models: by the names of their cards.
    """

    checked: datetime.date
    models: dict[str, PriceEntry]


def price_file() -> Path:
    """The user's file: $TOUCHLINE_PRICES, else below the user's configuration."""
    chosen = os.environ.get("TOUCHLINE_PRICES")
    return Path(chosen) if chosen else platformdirs.user_config_path("touchline") / "prices.yaml"


def with_prices(name: str, values: Mapping[str, Any], *, is_built_in: bool) -> dict[str, Any]:
    """The fields of a card with the price and the date that the files know of it.

    Args:
        name: of the card.
        values: its fields.
        is_built_in: whether the card ships with touchline, so that touchline's file is about it.

    Raises:
        UserError: the user's file is not valid.
    """
    shipped = shipped_prices().models.get(name) if is_built_in else None
    entries = [entry for entry in (_users().get(name), shipped) if entry is not None]
    today, found = datetime.date.today(), dict(values)
    for field in _FIELDS:
        for entry in entries:
            value = getattr(entry.on(today), field)
            if value is not None and field not in found:
                found[field] = value.model_dump(mode="json", exclude_none=True)
    return found


@cache
def shipped_prices() -> PriceFile:
    """touchline's own file."""
    file = resources.files("touchline.models.catalogue") / "prices.yaml"
    return PriceFile.model_validate(read_yaml(file.read_bytes()))


def _users() -> dict[str, PriceEntry]:
    file = price_file()
    if not file.is_file():
        if os.environ.get("TOUCHLINE_PRICES"):
            raise UserError(
                f"the file {file}, which TOUCHLINE_PRICES names, does not exist: correct it."
            )
        return {}
    try:
        return PriceFile.model_validate(read_yaml(file.read_bytes())).models
    except yaml.YAMLError as error:
        raise UserError(f"{file} is not valid YAML: {yaml_problem(error)}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read: {error}.") from error
    except ValidationError as error:
        raise UserError(f"{file}: {one_sentence(error, field_names(PriceFile))}") from error
