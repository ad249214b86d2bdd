"""Spots as SubRip subtitles, which a video player shows over the match."""

from collections.abc import Sequence

from touchline.spots.exporters.exporter import Exporter
from touchline.spots.types import Spot

_SHOWN_MS = 2000
"""How long a subtitle is shown, centred on its event."""


def write_srt(spots: Sequence[Spot]) -> str:
    """The content of the file."""
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


EXPORTER = Exporter(
    suffix=".srt", description="Subtitles, shown for 2 s around each event.", write=write_srt
)
