"""What is known about a match before its windows are asked about: teams and kits."""

from touchline.validation import Settings


class Side(Settings):
    """One team and its colours in this match.

    Attributes:
        team: its name, or None.
        kit: the colours of its shirts in words, or None.
    """

    team: str | None = None
    kit: str | None = None

    def sentence(self, role: str) -> str | None:
        """Such as "The home team is Leeds in white"; None where nothing is known."""
        if not (self.team or self.kit):
            return None
        name = f" is {self.team}" if self.team else ""
        kit = f"{' in' if self.team else ' wears'} {self.kit}" if self.kit else ""
        return f"The {role} team{name}{kit}."


class MatchContext(Settings):
    """Both teams of a match, given by the user or read by a model from the first 15 seconds."""

    home: Side = Side()
    away: Side = Side()

    def sentence(self) -> str | None:
        """The text for every prompt of the match; None where nothing is known.

        >>> MatchContext(home=Side(team="Leeds", kit="white"), away=Side(kit="red")).sentence()
        'The home team is Leeds in white. The away team wears red.'
        """
        known = [self.home.sentence("home"), self.away.sentence("away")]
        return " ".join(text for text in known if text) or None
