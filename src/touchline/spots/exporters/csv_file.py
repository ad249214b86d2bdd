"""Spots as CSV: one row for each."""

import csv
import io
from collections.abc import Sequence

from touchline.spots.exporters.exporter import Exporter
from touchline.spots.types import Spot


def write_csv(spots: Sequence[Spot]) -> str:
    """The content of the file."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("half", "position_ms", "label", "team", "confidence"))
    writer.writerows(
        (spot.half, spot.position_ms, spot.label, spot.team or "", f"{spot.confidence:.4f}")
        for spot in spots
    )
    return buffer.getvalue()


EXPORTER = Exporter(suffix=".csv", description="One row for each event.", write=write_csv)
