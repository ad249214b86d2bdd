"""What was understood of a reply."""

from dataclasses import dataclass
from enum import StrEnum

from touchline.video import Window


class Outcome(StrEnum):
    """What became of a question. The counts of all outcomes add up to the windows asked."""

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
    """What one reply claims about one window.

    Attributes:
        label: one of the 17 official class names, or None for what is no class ("other").
        said: the label as the model wrote it.
        position_ms: milliseconds from the start of the half.
        time_source: how the position was found.
        team: "home", "away" or None.
        confidence: from 0 to 1, or None where the model gave none.
        label_logprob: natural-log probability of the label's tokens, or None where the engine
            gave none.
    """

    label: str | None
    said: str
    position_ms: int
    time_source: TimeSource
    team: str | None
    confidence: float | None
    label_logprob: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One reply, read.

    Attributes:
        window: what was asked about.
        outcome: what became of it.
        detections: what it claims; other than empty only for EVENTS, and for TRUNCATED where
            complete events stood before the cut.
        rung: name of the reader that succeeded, or None.
        note: what was mended or went wrong, for the report; "" where there is nothing to say.
    """

    window: Window
    outcome: Outcome
    detections: tuple[Detection, ...] = ()
    rung: str | None = None
    note: str = ""
