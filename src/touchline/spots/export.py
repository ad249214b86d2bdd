"""A match's spots for people and other programs: JSON, CSV, or subtitles."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.spots.types import Spot

_SHOWN_MS = 2000
"""How long a subtitle stands, around its event."""


def check_format(path: Path) -> None:
    """Makes sure that a file can be written in the form that its name asks for.

    Raises:
        UserError: the name ends in nothing that is known.
    """
    if path.suffix not in _FORMATS:
        raise UserError(f"output {path} must end in one of {', '.join(_FORMATS)}.")


def export_spots(spots: Sequence[Spot], path: Path) -> None:
    """Writes spots in the order of time, in the form that the file's name asks for.

    Args:
        spots: in any order.
        path: ends in .json (objects with all attributes), .csv (the same as columns) or .srt
            (subtitles that a video player shows over the match).

    Raises:
        UserError: the name ends in nothing that is known.
    """
    check_format(path)
    ordered = sorted(spots, key=lambda spot: (spot.half, spot.position_ms, spot.label))
    write_atomically(path, _FORMATS[path.suffix](ordered))


def _json(spots: Sequence[Spot]) -> str:
    return json.dumps([asdict(spot) for spot in spots], indent=1) + "\n"


def _csv(spots: Sequence[Spot]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("half", "position_ms", "label", "team", "confidence"))
    writer.writerows(
        (spot.half, spot.position_ms, spot.label, spot.team or "", f"{spot.confidence:.4f}")
        for spot in spots
    )
    return buffer.getvalue()


def _srt(spots: Sequence[Spot]) -> str:
    return "\n".join(
        f"{number}\n{_clock(spot.position_ms - _SHOWN_MS // 2)} --> "
        f"{_clock(spot.position_ms + _SHOWN_MS // 2)}\n{_caption(spot)}\n"
        for number, spot in enumerate(spots, start=1)
    )


def _caption(spot: Spot) -> str:
    team = f" ({spot.team})" if spot.team else ""
    return f"{spot.label}{team} {spot.confidence:.0%}"


def _clock(time_ms: int) -> str:
    seconds, milliseconds = divmod(max(time_ms, 0), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{milliseconds:03d}"


_FORMATS: dict[str, Callable[[Sequence[Spot]], str]] = {".json": _json, ".csv": _csv, ".srt": _srt}
