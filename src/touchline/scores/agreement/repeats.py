"""How far a model agrees with itself when it is asked the same thing several times."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RepeatAgreement:
    """Agreement between repeats, over the windows in which any repeat claims an event.

    Windows about which all repeats say "nothing" are left out: most are such, and would make every
    model look stable.

    Attributes:
        windows: how many there are.
        all: share of them in which all repeats claim the same classes, from 0 to 1.
        any: share of them in which at least two repeats claim the same classes.
        consistency: mean share of the pairs of repeats that claim the same classes.
    """

    windows: int
    all: float
    any: float
    consistency: float


def repeat_agreement(windows: Iterable[Sequence[frozenset[str]]]) -> RepeatAgreement | None:
    """Agreement between the repeats of each window.

    Args:
        windows: for each window the classes that each of its readable answers claims; those with
            fewer than two answers do not count.

    Returns:
        None where no window with two answers or more has any claim.

    Example:
        >>> goal, nothing = frozenset({"Goal"}), frozenset()
        >>> repeat_agreement([(goal, goal, nothing), (nothing, nothing, nothing)])
        RepeatAgreement(windows=1, all=0.0, any=1.0, consistency=0.3333333333333333)
    """
    counted = 0
    unanimous, paired, agreeing = 0, 0, 0.0
    for repeats in windows:
        if len(repeats) < 2 or not any(repeats):
            continue
        alike = Counter(repeats).values()
        counted += 1
        unanimous += len(alike) == 1
        paired += max(alike) > 1
        pairs = len(repeats) * (len(repeats) - 1)
        agreeing += sum(n * (n - 1) for n in alike) / pairs
    if not counted:
        return None
    return RepeatAgreement(counted, unanimous / counted, paired / counted, agreeing / counted)
