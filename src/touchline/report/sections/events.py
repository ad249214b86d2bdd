"""The section of the events of a run without labels, where there is nothing to score."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from touchline.report.data import ReportData
from touchline.report.formatting import clock
from touchline.report.sections.section import ReportSection, own_template
from touchline.spots import Spot

MOST_EVENTS = 200
"""Of a model and half; a match has about this many."""


@dataclass(frozen=True, slots=True)
class _EventList:
    """The surest events of one model in one half, in order of time."""

    game: str
    half: int
    model: str
    count: int
    spots: tuple[Spot, ...]


def _context(data: ReportData) -> dict[str, Any] | None:
    if not data.timelines or any(half.truth is not None for half in data.timelines):
        return None
    return {"lists": list(_lists(data)), "clock": clock}


def _lists(data: ReportData) -> Iterator[_EventList]:
    for half in data.timelines:
        for lane in half.lanes:
            if lane.kind != "model":
                continue
            surest = sorted(lane.spots, key=lambda spot: -spot.confidence)[:MOST_EVENTS]
            ordered = tuple(sorted(surest, key=lambda spot: spot.position_ms))
            yield _EventList(half.game, half.half, lane.model, len(lane.spots), ordered)


SECTION = ReportSection(
    name="events", title="Events", template=own_template("events"), context=_context
)
