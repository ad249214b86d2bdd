"""A running memory: what a model reported a little earlier in the half, told to it again."""

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


def history_text(seen: Sequence[ReportedEvent], start_ms: int) -> str | None:
    """The paragraph that is put behind a prompt; None where nothing was seen.

    Times are told relative to the clip, so the place of the clip in the match stays unknown.

    Args:
        seen: events in order of time.
        start_ms: where the clip begins, from the start of the half.

    >>> history_text([ReportedEvent("Corner", "home", 800)], 4000)
    'Earlier in this half you reported: Corner (home) 3.2 s before this clip.'
    """
    if not seen:
        return None
    return f"Earlier in this half you reported: {'; '.join(_told(one, start_ms) for one in seen)}."


def _told(one: ReportedEvent, start_ms: int) -> str:
    who = f"{one.label} ({one.team})" if one.team else one.label
    seconds = (one.position_ms - start_ms) / 1000
    if seconds < 0:
        return f"{who} {-seconds:.1f} s before this clip"
    return f"{who} at {seconds:.1f} s of this clip"
