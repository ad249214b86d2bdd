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
    """What a detection's time was read from.

    Attributes:
        SECONDS: seconds or milliseconds from the start of the window.
        HALF_SECONDS: seconds or milliseconds from the start of the half.
        MATCH_SECONDS: seconds of the match; its task says when each half begins.
        FRAME: the number of a frame.
        CLOCK: "mm:ss" of the half.
        MATCH_CLOCK: "mm:ss" of the match.
        WINDOW_CLOCK: "mm:ss" from the start of the window.
        CENTRE: nothing that can be right: the centre of the window stands in its place.
    """

    SECONDS = "seconds"
    HALF_SECONDS = "seconds of the half"
    MATCH_SECONDS = "seconds of the match"
    FRAME = "frame"
    CLOCK = "clock"
    MATCH_CLOCK = "clock of the match"
    WINDOW_CLOCK = "clock of the window"
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
        rule: what in the reply made this a detection, such as "label" (a key that names the
            event), "class as key" or "sentence".
    """

    label: str | None
    raw_label: str
    position_ms: int
    time_source: TimeSource
    team: str | None
    confidence: float | None
    label_logprob: float | None = None
    rule: str = ""


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
