"""The 17 official SoccerNet-v2 classes and the names that people and models give them."""

import re

CLASSES: tuple[str, ...] = (
    "Penalty",
    "Kick-off",
    "Goal",
    "Substitution",
    "Offside",
    "Shots on target",
    "Shots off target",
    "Clearance",
    "Ball out of play",
    "Throw-in",
    "Foul",
    "Indirect free-kick",
    "Direct free-kick",
    "Corner",
    "Yellow card",
    "Red card",
    "Yellow->red card",
)
"""In the order of the official evaluator, which is the order of every per-class array."""

ALIASES: dict[str, str] = {
    "penalty kick": "Penalty",
    "penalty awarded": "Penalty",
    "spot kick": "Penalty",
    "kickoff": "Kick-off",
    "kick off": "Kick-off",
    "start of play": "Kick-off",
    "goal scored": "Goal",
    "substitute": "Substitution",
    "player substitution": "Substitution",
    "sub": "Substitution",
    "offsides": "Offside",
    "off side": "Offside",
    "shot on target": "Shots on target",
    "shot on goal": "Shots on target",
    "shots on goal": "Shots on target",
    "shot off target": "Shots off target",
    "shot wide": "Shots off target",
    "missed shot": "Shots off target",
    "clear": "Clearance",
    "cleared ball": "Clearance",
    "ball out": "Ball out of play",
    "out of play": "Ball out of play",
    "ball out of bounds": "Ball out of play",
    "out of bounds": "Ball out of play",
    "throwin": "Throw-in",
    "throw in": "Throw-in",
    "foul committed": "Foul",
    "indirect freekick": "Indirect free-kick",
    "indirect free kick": "Indirect free-kick",
    "direct freekick": "Direct free-kick",
    "direct free kick": "Direct free-kick",
    "corner kick": "Corner",
    "yellow": "Yellow card",
    "booking": "Yellow card",
    "red": "Red card",
    "sending off": "Red card",
    "second yellow": "Yellow->red card",
    "second yellow card": "Yellow->red card",
    "yellow red card": "Yellow->red card",
}
"""Folded alias (see `fold`) to class. What is ambiguous ("free kick", "shot", "card") or no class
at all ("goal kick") is left out on purpose: those are a policy of the reader, not a fact."""


def fold(name: str) -> str:
    """The form in which names are compared: lower case, letters and digits, single spaces."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


_BY_FOLDED = {fold(name): name for name in CLASSES} | ALIASES


def canonical_class(name: str) -> str | None:
    """The official class that a name stands for without any doubt, or None.

    >>> canonical_class("throw in"), canonical_class("Goal kick")
    ('Throw-in', None)
    """
    return _BY_FOLDED.get(fold(name))
