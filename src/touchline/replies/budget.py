"""How much of one reply is read, and what was left out because of it."""

from dataclasses import dataclass, field

MAX_VALUES = 2_000
"""Values of decoded JSON that are visited: a reply with more of them repeats itself."""

MAX_PROSE = 5_000
"""Characters of sentences that are read."""


@dataclass(slots=True)
class Budget:
    """What one parser may read of a reply; it is used up while it reads.

    Attributes:
        max_events: the largest number of events to return.
        values: decoded values that may still be visited.
        prose: characters of sentences inside of values that may still be read.
        left_out: what was not read, in words.
    """

    max_events: int
    values: int = MAX_VALUES
    prose: int = MAX_PROSE
    left_out: list[str] = field(default_factory=list)

    def allows_value(self) -> bool:
        """Whether another value may be visited; it is counted.

        >>> budget = Budget(200, values=1)
        >>> budget.allows_value(), budget.allows_value(), budget.left_out
        (True, False, ['only the first 2,000 values were read'])
        """
        if self.values > 0:
            self.values -= 1
            return True
        self.leave_out(f"only the first {MAX_VALUES:,} values were read")
        return False

    def allows_prose(self, characters: int) -> bool:
        """Whether so many characters of sentences may be read; they are counted."""
        if self.prose >= characters:
            self.prose -= characters
            return True
        self.leave_out(f"only the first {MAX_PROSE:,} characters of sentences were read")
        return False

    def beginning(self, text: str, characters: int, what: str) -> str:
        """The beginning of a text; what is longer is noted as left out.

        >>> budget = Budget(200)
        >>> budget.beginning("abc", 2, "a line"), budget.left_out
        ('ab', ['only the first 2 characters of a line were read'])
        """
        if len(text) > characters:
            self.leave_out(f"only the first {characters:,} characters of {what} were read")
        return text[:characters]

    def leave_out(self, note: str) -> None:
        """Notes that something was not read."""
        if note not in self.left_out:
            self.left_out.append(note)
