"""What looks at every answer of a model before it is written, and may end the asking."""

from collections.abc import Sequence
from pathlib import Path

from touchline.models import SAME_ERRORS, Failure, FailureReason
from touchline.replies import Record
from touchline.runs.asking.ask import RecordGuard
from touchline.runs.asking.watching.served_identity import IdentityGuard
from touchline.runs.planning.plan import PlannedModel


class CutPromptGuard:
    """Ends a model whose first windows were all cut short before it, as the rule for errors does.

    The endpoint does not know of this error: it has answered. So the rule that ends a model there
    (`touchline.models.endpoint.repeated_errors`) cannot count it.

    Args:
        model: that is asked.
    """

    def __init__(self, model: PlannedModel) -> None:
        self._name = model.name
        self._answered = False
        self._cut = 0
        self.changed: str | None = None

    def check(self, record: Record) -> Record:
        """The record as it is; after too many that were cut short, `changed` says so."""
        answer = record.answer
        if not isinstance(answer, Failure):
            self._answered = True
        elif answer.reason is FailureReason.CUT and not self._answered:
            self._cut += 1
            if self._cut >= SAME_ERRORS:
                self.changed = (
                    f"model '{self._name}' was shown none of its first {self._cut} windows whole, "
                    f"so it is not asked further: {answer.message}; the same command asks them "
                    "again."
                )
        return record


class _Guards:
    """Several guards, one after the other; the first reason to end counts.

    Args:
        guards: in the order in which they look.
    """

    def __init__(self, guards: Sequence[RecordGuard]) -> None:
        self._guards = guards
        self.changed: str | None = None

    def check(self, record: Record) -> Record:
        """The record after all of them."""
        for guard in self._guards:
            record = guard.check(record)
            self.changed = self.changed or guard.changed
        return record


def guard_of(folder: Path, model: PlannedModel) -> RecordGuard:
    """What looks at the answers of a model.

    Args:
        folder: the run.
        model: that is asked.
    """
    return _Guards((IdentityGuard(folder, model), CutPromptGuard(model)))
