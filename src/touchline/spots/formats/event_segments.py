"""Events as segments, for formats that have no points in time."""

from touchline.spots.formats.event import MatchEvent, VideoEvents
from touchline.spots.formats.event_format import FormatSettings
from touchline.spots.formats.read_rules import ReadRules

POSITION = "position_ms"
"""Under which name the exact time of an event stands beside its segment."""


def event_segment_ms(
    event: MatchEvent, video: VideoEvents, settings: FormatSettings
) -> tuple[int, int]:
    """Start and end of an event's segment: the seconds around it that are in the video."""
    start_ms = max(0, event.position_ms - settings.lead_ms)
    end_ms = event.position_ms + settings.lag_ms
    if video.duration_ms is not None:
        end_ms = max(min(end_ms, video.duration_ms), event.position_ms)
    return start_ms, end_ms


def exact_position(
    exact_ms: float | None,
    start_ms: float,
    end_ms: float,
    rules: ReadRules,
    duration_ms: int | None = None,
) -> int:
    """The time of an event: the one beside its segment, else the one that the segment says.

    Raises:
        UnreadableEntryError: there is no such time or segment.
    """
    if exact_ms is not None:
        return rules.position(exact_ms, duration_ms)
    return rules.segment(start_ms, end_ms, duration_ms)
