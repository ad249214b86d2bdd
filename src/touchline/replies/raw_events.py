"""Events as a reply names them, before labels, times and teams are interpreted."""

from typing import NamedTuple

from touchline.replies.grammar.keys import Role


class RawEvent(NamedTuple):
    """One event as the reply has it.

    Attributes:
        label: the name of the event, as it was written.
        times: what the reply says about when, in the order in which it is tried: the role of the
            key, and its value.
        team: the team as it was written, or None.
        confidence: the confidence as it was written, or None.
        details: the description, or None.
        rule: how the event was found, such as "label" or "class as key".
    """

    label: str
    times: tuple[tuple[Role, object], ...] = ()
    team: object = None
    confidence: object = None
    details: object = None
    rule: str = ""
