"""What was found about one part of a machine."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How good a finding is; only a problem changes the exit code.

    Attributes:
        OK: as it should be.
        NOTE: something is absent that was not asked for.
        WARNING: it works, and something about it may surprise.
        PROBLEM: what was asked for does not work until the user changes something.
    """

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination.

    Attributes:
        topic: the part of the machine, such as "GPU".
        state: how good it is.
        says: what was found, without a full stop.
        means: what that means for models and runs, or how to fix it; may be empty.
        facts: the same as plain values, for programs.
    """

    topic: str
    state: State
    says: str
    means: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The finding as plain values."""
        return asdict(self)
