"""What was read from a reply."""

from dataclasses import dataclass
from enum import StrEnum

from touchline.video import Window


class Outcome(StrEnum):
    """How a question ended. The counts of all outcomes add up to the windows asked."""

    EVENTS = "events"
    NOTHING = "nothing"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    FAILED = "failed"


class TimeSource(StrEnum):
    """Where a detection's time comes from."""

    SECONDS = "seconds"
    FRAME = "frame"
    CLOCK = "clock"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Detection:
    """One event that a reply reports in its window.

    Attributes:
        label: one of the class names of the task, or None where it is not a class ("other").
        raw_label: the label as the model wrote it.
        position_ms: milliseconds from the start of the half.
        time_source: how the position was found.
        team: "home", "away" or None.
        confidence: from 0 to 1, or None where the model gave none.
        label_logprob: natural-log probability of the label's tokens, or None where the engine
            gave none.
    """

    label: str | None
    raw_label: str
    position_ms: int
    time_source: TimeSource
    team: str | None
    confidence: float | None
    label_logprob: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One reply and what was read from it.

    Attributes:
        window: the window that was asked about.
        outcome: how the question ended.
        detections: the events; empty except for EVENTS, and for TRUNCATED where complete events
            stood before the cut.
        parser: name of the parser that read it, or None.
        note: what was repaired or went wrong, for the report; "" where there is nothing to say.
    """

    window: Window
    outcome: Outcome
    detections: tuple[Detection, ...] = ()
    parser: str | None = None
    note: str = ""
