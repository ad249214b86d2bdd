"""What can go wrong at an endpoint, sorted by what is to be done about it."""

from dataclasses import dataclass
from enum import StrEnum

from touchline.models.types import Failure, FailureReason


class FaultKind(StrEnum):
    """What is to be done about a fault."""

    AGAIN = "try again"
    BUSY = "try again, with fewer in flight"
    LATER = "wait until a quota is full again"
    SMALLER = "ask again with fewer frames"
    NEVER = "this window cannot be answered"
    HOPELESS = "no window can be answered"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one try got no answer.

    Attributes:
        kind: what is to be done.
        message: a clause or sentence for a person, without secrets.
        reason: the reason of the window's failure, if it comes to that.
        after_s: how long the endpoint asks to wait (Retry-After), or None.
        until_s: when a quota is full again, in seconds since 1970; None where the endpoint does not
            say: then at midnight of its time zone.
        is_down: whether the endpoint seems to be away, rather than to dislike this window.
        paid: what the endpoint counted for this try all the same, or None.
    """

    kind: FaultKind
    message: str
    reason: FailureReason
    after_s: float | None = None
    until_s: float | None = None
    is_down: bool = False
    paid: Failure | None = None


class FaultError(Exception):
    """One try got no answer.

    Attributes:
        fault: why.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault
