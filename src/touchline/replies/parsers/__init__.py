"""The ladder: readers from the strict to the forgiving, one file each, tried in order.

A reader takes the cleaned text and the most events it may return. It gives the events it found,
an empty list where the text says that there are none, or None where the text is not its kind.
"""

from collections.abc import Callable
from typing import NamedTuple

from touchline.replies.detections import Claim
from touchline.replies.parsers.fenced import fenced
from touchline.replies.parsers.fields import fields
from touchline.replies.parsers.literals import literals
from touchline.replies.parsers.markdown import markdown
from touchline.replies.parsers.null import null
from touchline.replies.parsers.objects import objects
from touchline.replies.parsers.prose import prose
from touchline.replies.parsers.repaired import repaired
from touchline.replies.parsers.whole import whole

Reader = Callable[[str, int], list[Claim] | None]


class Rung(NamedTuple):
    """One reader of the ladder.

    Attributes:
        name: recorded for every reply that it reads.
        read: the reader.
        any_length: whether it is fast enough for a reply of any length; the others see a
            shortened text.
    """

    name: str
    read: Reader
    any_length: bool = False


LADDER: tuple[Rung, ...] = (
    Rung("json", whole, any_length=True),
    Rung("fenced json", fenced, any_length=True),
    Rung("null", null, any_length=True),
    Rung("json in prose", objects, any_length=True),
    Rung("literals", literals),
    Rung("repaired json", repaired),
    Rung("fields", fields),
    Rung("markdown", markdown),
    Rung("prose", prose),
)
"""In the order in which they are tried."""
