"""What a subtitle or a chapter says of an event, and what is understood of one."""

import re

from touchline.spots.formats.event import MatchEvent
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.text import inert

_CAPTION = re.compile(
    r"(?P<label>.+?)(?: \((?P<team>home|away|left|right)\))?(?: (?P<percent>\d{1,3})%)?"
)


def caption(event: MatchEvent) -> str:
    """One line about an event.

    >>> caption(MatchEvent(1, 0, "Goal", "home", 0.91))
    'Goal (home) 91%'
    """
    team = f" ({event.team})" if event.team else ""
    sure = "" if event.confidence is None else f" {event.confidence:.0%}"
    return " ".join(inert(event.label).split()) + team + sure


def parse_caption(text: str, half: int, position_ms: int, rules: ReadRules) -> MatchEvent:
    """The event that a line is about.

    Raises:
        UnreadableEntryError: it names no class of the task.
    """
    found = _CAPTION.fullmatch(" ".join(text.split()))
    if found is None:
        return MatchEvent(half, position_ms, rules.class_name(text))
    percent = found["percent"]
    return MatchEvent(
        half,
        position_ms,
        rules.class_name(found["label"]),
        found["team"],
        None if percent is None else checked_confidence(int(percent) / 100),
    )
