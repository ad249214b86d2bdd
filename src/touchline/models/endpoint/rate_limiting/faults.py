"""Errors of endpoints, classified by how they are handled."""

from dataclasses import dataclass
from enum import StrEnum

from touchline.models.endpoint.size_limits import SizeLimit
from touchline.models.types import Failure, FailureReason


class FaultKind(StrEnum):
    """What a fault ends, or how it is asked again; the values are those of `errors.yaml`."""

    AGAIN = "again"
    """Nothing: the window is tried again."""

    BUSY = "busy"
    """Nothing: it is tried again, with fewer requests in flight."""

    LATER = "quota"
    """Nothing: all wait until a quota is full again."""

    SMALLER = "fewer images"
    """Nothing: it is asked with fewer frames."""

    SMALLER_IMAGES = "smaller images"
    """Nothing: it is asked with frames of fewer pixels or bytes."""

    NEVER = "window"
    """The window: it cannot be answered."""

    VIDEO = "video"
    """All windows of one half: its video cannot be used."""

    TEMPORARY = "model temporarily"
    """The model in this run: no window can be answered until somebody does something about it, and
    then the same command continues."""

    HOPELESS = "model"
    """The model for good: no window can be answered as the card stands."""


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
        may_be_paid: whether it may have charged for this attempt without saying so: the request
            was sent, and what became of it is not known.
        size: the limit on images, pixels or bytes that the error states, or None.
        fix: what to do about it, as a clause; None where the table knows nothing.
        is_known: whether the table has a row for it; the same unknown error again and again may
            end the model (see `RepeatedErrors`).
    """

    kind: FaultKind
    message: str
    reason: FailureReason
    after_s: float | None = None
    until_s: float | None = None
    is_down: bool = False
    paid: Failure | None = None
    size: SizeLimit | None = None
    fix: str | None = None
    is_known: bool = True
    may_be_paid: bool = False

    @property
    def cost_is_unknown(self) -> bool:
        """Whether this attempt may have cost money, and nothing says how much."""
        if self.paid is None:
            return self.may_be_paid
        counted = None not in (self.paid.prompt_tokens, self.paid.completion_tokens)
        return self.may_be_paid and not counted and self.paid.cost_usd is None


class FaultError(Exception):
    """One attempt got no answer.

    Attributes:
        fault: why.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault
