"""Spots as CSV: one row for each."""

from collections.abc import Sequence

from touchline.spots.exporters.exporter import Exporter
from touchline.spots.types import Spot
from touchline.text import csv_text


def write_csv(spots: Sequence[Spot]) -> str:
    """The content of the file."""
    rows = (
        (spot.half, spot.position_ms, spot.label, spot.team or "", f"{spot.confidence:.4f}")
        for spot in spots
    )
    return csv_text([("half", "position_ms", "label", "team", "confidence"), *rows])


EXPORTER = Exporter(suffix=".csv", description="One row for each event.", write=write_csv)
