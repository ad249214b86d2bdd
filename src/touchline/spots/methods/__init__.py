"""Ways to merge the claims of overlapping windows, by name.

A method sees the claims of one class in one half, a weight for each, and the settings. It gives
the events it believes in: where, and how much evidence there is.
"""

from collections.abc import Callable
from typing import NamedTuple

from touchline.spots.claim_columns import Claims, Floats
from touchline.spots.merge_settings import DECODER, MergeSettings
from touchline.spots.methods.greedy import greedy
from touchline.spots.methods.hard_nms import hard_nms
from touchline.spots.methods.peaks import Peaks
from touchline.spots.methods.soft_nms import soft_nms
from touchline.spots.methods.votes import votes


class Method(NamedTuple):
    """A way to merge.

    Attributes:
        find: the events in the claims of one class.
        counts_agreement: whether evidence is a sum of votes, not the word of one claim.
    """

    find: Callable[[Claims, Floats, MergeSettings], Peaks]
    counts_agreement: bool = True


METHODS: dict[str, Method] = {
    "votes": Method(votes),
    "nms": Method(hard_nms),
    "soft-nms": Method(soft_nms),
    "greedy": Method(greedy, counts_agreement=False),
}


def method_names() -> tuple[str, ...]:
    """All ways to merge: those that see one class at a time, and the fitted one."""
    return (*METHODS, DECODER)


__all__ = ["METHODS", "Method", "Peaks", "method_names"]
