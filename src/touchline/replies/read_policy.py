"""What the reader decides where a reply leaves it open: written down, and changeable."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """How ambiguous words are read. Every value may stand in a benchmark file.

    Attributes:
        free_kick: class of a free-kick that is called neither direct nor indirect; None keeps
            it as *other*. The default is the commoner of the two in SoccerNet-v2.
        shot: class of a shot that is called neither on nor off target.
        card: class of a card without a colour.
        aliases: further names, as (name, class or None) pairs; they go before all others.
        fuzzy_cutoff: lowest rapidfuzz ratio, 0 to 100, at which a misspelt name is taken for a
            known one; above 100 nothing is.
        headings: take the class from the details where the label is only a heading of the
            prompt ("Set Pieces", "Other") and the details are nothing but a class name.
        left_team: team that "left" means; the team named on the left of a score board plays at
            home. None leaves such a team open.
        slack_ms: how far outside its window a named time may lie and still be trusted.
        max_events: events read from one reply; the rest of a reply that has more is a loop.
    """

    free_kick: str | None = "Indirect free-kick"
    shot: str | None = "Shots on target"
    card: str | None = "Yellow card"
    aliases: tuple[tuple[str, str | None], ...] = ()
    fuzzy_cutoff: float = 88.0
    headings: bool = True
    left_team: str | None = "home"
    slack_ms: int = 500
    max_events: int = 200
