"""The ladder: readers from the strict to the forgiving, one file each, tried in order.

A reader takes the cleaned text and the most events it may return. It gives the events it found,
an empty list where the text says that there are none, or None where the text is not its kind.
"""

from collections.abc import Callable

from touchline.replies.claims import Claim
from touchline.replies.rungs.fenced import fenced
from touchline.replies.rungs.fields import fields
from touchline.replies.rungs.literals import literals
from touchline.replies.rungs.markdown import markdown
from touchline.replies.rungs.null import null
from touchline.replies.rungs.objects import objects
from touchline.replies.rungs.prose import prose
from touchline.replies.rungs.repaired import repaired
from touchline.replies.rungs.whole import whole

Reader = Callable[[str, int], list[Claim] | None]

LADDER: tuple[tuple[str, Reader], ...] = (
    ("json", whole),
    ("fenced json", fenced),
    ("null", null),
    ("json in prose", objects),
    ("literals", literals),
    ("repaired json", repaired),
    ("fields", fields),
    ("markdown", markdown),
    ("prose", prose),
)
"""Name and reader of each rung, in the order in which they are tried."""
