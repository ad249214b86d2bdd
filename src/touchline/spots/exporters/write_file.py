"""Writing spots in the format that a file's name asks for."""

from collections.abc import Sequence
from pathlib import Path

from touchline.errors import UserError
from touchline.files import whole_file
from touchline.spots.exporters.exporter import Exporter
from touchline.spots.exporters.registry import EXPORTERS
from touchline.spots.types import Spot


def check_format(path: Path) -> None:
    """Makes sure that spots can be written in the format that a file's name asks for.

    Raises:
        UserError: no exporter has this suffix.
    """
    _exporter(path)


def export_spots(spots: Sequence[Spot], path: Path) -> None:
    """Writes spots in time order, in the format that the file's name asks for.

    Args:
        spots: in any order.
        path: ends in the suffix of an exporter, such as .json, .csv or .srt.

    Raises:
        UserError: no exporter has this suffix.
    """
    exporter = _exporter(path)
    ordered = sorted(spots, key=lambda spot: (spot.half, spot.position_ms, spot.label))
    content = exporter.write(ordered)
    with whole_file(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def _exporter(path: Path) -> Exporter:
    if path.suffix.removeprefix(".") not in EXPORTERS.names():
        suffixes = ", ".join(f".{name}" for name in EXPORTERS.names())
        raise UserError(f"output {path} must end in one of {suffixes}.")
    return EXPORTERS.get(path.suffix.removeprefix("."))
