"""All spots of a run as one CSV table, for spreadsheets and data frames."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from touchline.files import write_atomically
from touchline.spots.types import Spot
from touchline.text import csv_text

COLUMNS = ("model", "game", "half", "position_ms", "label", "team", "confidence")


def write_spots_table(
    path: Path, models: Iterable[tuple[str, Mapping[str, Sequence[Spot]]]]
) -> None:
    """Writes one row for each spot; an unknown team is empty.

    Args:
        path: the CSV file.
        models: each model's name and its spots by game.
    """
    rows = (
        (model, game, spot.half, spot.position_ms, spot.label, spot.team or "", spot.confidence)
        for model, games in models
        for game, spots in games.items()
        for spot in spots
    )
    write_atomically(path, csv_text([COLUMNS, *rows]))
