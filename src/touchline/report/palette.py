"""How the classes look: a family's colour and a two-letter code.

Seventeen colours cannot be told apart by anyone, so colour names only the family (Okabe and Ito's
colours, which colour-blind people can tell apart); the class itself is told by its row and code.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How one class is drawn.

    Attributes:
        label: the class.
        code: two letters for where there is no room for the name.
        family: names the colour in the style sheet.
    """

    label: str
    code: str
    family: str


_LOOKS = (
    Look("Goal", "GO", "goal"),
    Look("Penalty", "PE", "goal"),
    Look("Shots on target", "SN", "shot"),
    Look("Shots off target", "SF", "shot"),
    Look("Kick-off", "KO", "restart"),
    Look("Corner", "CO", "restart"),
    Look("Throw-in", "TI", "restart"),
    Look("Ball out of play", "BO", "out"),
    Look("Clearance", "CL", "out"),
    Look("Foul", "FO", "foul"),
    Look("Offside", "OF", "foul"),
    Look("Indirect free-kick", "IF", "foul"),
    Look("Direct free-kick", "DF", "foul"),
    Look("Yellow card", "YC", "card"),
    Look("Red card", "RC", "card"),
    Look("Yellow->red card", "YR", "card"),
    Look("Substitution", "SU", "change"),
)


def looks(labels: Iterable[str]) -> list[Look]:
    """The looks of the classes that occur, in the order in which they are drawn.

    Args:
        labels: class names; those that are no official class come last, in a colour of their own.

    Returns:
        One look a class.
    """
    present = set(labels)
    known = [look for look in _LOOKS if look.label in present]
    others = sorted(present - {look.label for look in known})
    return known + [Look(label, label[:2].upper(), "other") for label in others]
