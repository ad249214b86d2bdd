"""Spots as JSON: objects with all attributes."""

import json
from collections.abc import Sequence

from touchline.spots.exporters.exporter import Exporter
from touchline.spots.types import Spot


def write_json(spots: Sequence[Spot]) -> str:
    """The content of the file."""
    return json.dumps([spot._asdict() for spot in spots], indent=1) + "\n"


EXPORTER = Exporter(suffix=".json", description="A list of objects.", write=write_json)
