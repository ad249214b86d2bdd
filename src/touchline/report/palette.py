"""How the classes look: a family's colour and a two-letter code.

Seventeen colours cannot be distinguished, so the colour shows only the family (Okabe and Ito's
colours, which colour-blind readers can distinguish); row and code show the class itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from touchline.games import Task


@dataclass(frozen=True, slots=True)
class Look:
    """How one class is drawn.

    Attributes:
        label: the class.
        code: two letters for where there is no space for the name.
        family: names the colour in the style sheet.
    """

    label: str
    code: str
    family: str


def looks(labels: Iterable[str], task: Task) -> list[Look]:
    """The looks of the classes that occur, in the order in which they are drawn.

    Args:
        labels: class names; those that the task does not style come last, in a colour of their own.
        task: how its classes are drawn, in that order.

    Returns:
        One look per class.
    """
    present = set(labels)
    known = [
        Look(label, style.code, style.family)
        for label, style in task.styles.items()
        if label in present
    ]
    others = sorted(present - {look.label for look in known})
    return known + [Look(label, label[:2].upper(), "other") for label in others]
