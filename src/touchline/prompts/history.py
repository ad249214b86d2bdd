"""A running history: what a model reported earlier in the half, repeated in its next prompt."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """An event that the model has reported.

    Attributes:
        label: its class.
        team: "home", "away" or None.
        position_ms: from the start of the half.
    """

    label: str
    team: str | None
    position_ms: int


def history_text(events: Sequence[ReportedEvent], start_ms: int) -> str | None:
    """The paragraph that is added to a prompt; None where nothing was reported.

    Times are relative to the clip, so that the place of the clip in the match stays unknown.

    Args:
        events: in order of time.
        start_ms: start of the clip, from the start of the half.

    >>> history_text([ReportedEvent("Corner", "home", 800)], 4000)
    'Earlier in this half you reported: Corner (home) 3.2 s before this clip.'
    """
    if not events:
        return None
    listed = "; ".join(_event_text(event, start_ms) for event in events)
    return f"Earlier in this half you reported: {listed}."


def _event_text(event: ReportedEvent, start_ms: int) -> str:
    what = f"{event.label} ({event.team})" if event.team else event.label
    seconds = (event.position_ms - start_ms) / 1000
    if seconds < 0:
        return f"{what} {-seconds:.1f} s before this clip"
    return f"{what} at {seconds:.1f} s of this clip"
