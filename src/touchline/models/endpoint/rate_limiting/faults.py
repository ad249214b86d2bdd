"""Errors of endpoints, classified by how they are handled."""

from dataclasses import dataclass
from enum import StrEnum

from touchline.models.types import Failure, FailureReason


class FaultKind(StrEnum):
    """How a fault is handled."""

    AGAIN = "try again"
    BUSY = "try again, with fewer in flight"
    LATER = "wait until a quota is full again"
    SMALLER = "ask again with fewer frames"
    NEVER = "this window cannot be answered"
    HOPELESS = "no window can be answered"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one attempt got no answer.

    Attributes:
        kind: how it is handled.
        message: a clause or sentence for the user, without secrets.
        reason: the reason of the window's failure, if the window is given up.
        after_s: how long the endpoint asks to wait (Retry-After), or None.
        until_s: when a quota is available again, in seconds since 1970; None where the endpoint
            does not say: then at midnight of its time zone.
        is_down: whether the endpoint seems to be down, rather than to refuse this window.
        paid: what the endpoint charged for this attempt nevertheless, or None.
    """

    kind: FaultKind
    message: str
    reason: FailureReason
    after_s: float | None = None
    until_s: float | None = None
    is_down: bool = False
    paid: Failure | None = None


class FaultError(Exception):
    """One attempt got no answer.

    Attributes:
        fault: why.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault
