"""Why an endpoint is asked no further, in sentences for the user."""

from touchline.errors import ComeBackLater, UserError
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultKind
from touchline.models.endpoint.rate_limiting.policy import Pause, Policy
from touchline.models.endpoint.repeated_errors import SAME_ERRORS

_KEPT = "answers so far are kept"


def end_by_fault(name: str, fault: Fault, policy: Policy) -> Exception | None:
    """The error that ends a model after a fault; None where it goes on.

    Args:
        name: of the endpoint and model.
        fault: of the last attempt.
        policy: knows for how long the endpoint has been down.
    """
    if fault.kind is FaultKind.HOPELESS:
        return UserError(fault.message)
    if fault.kind is FaultKind.TEMPORARY:
        return ComeBackLater(
            f"{name} takes no more requests at the moment ({fault.message}): "
            f"{fault.fix or 'see to the cause'}, and the same command continues; {_KEPT}."
        )
    if why := policy.lost_patience():
        return ComeBackLater(
            f"{name} does not answer: {why} ({fault.message}); {_KEPT}, and the same command "
            "continues."
        )
    return None


def always_alike(name: str, fault: Fault) -> Exception:
    """The error that ends a model that has answered nothing and fails alike on every window."""
    message = (
        f"{name} answered none of the first windows, and {SAME_ERRORS} of them failed alike "
        f"({fault.message})"
    )
    if fault.kind is not FaultKind.AGAIN:
        return UserError(f"{message}: check the card; the same command asks them again.")
    return ComeBackLater(f"{message}: the same command asks them again.")


def waiting_sentence(name: str, pause: Pause, left_s: float, policy: Policy) -> str:
    """What is said while a run waits."""
    hours, rest = divmod(round(left_s), 3600)
    minutes, seconds = divmod(rest, 60)
    return (
        f"{name} waits for {pause.why}: {hours}:{minutes:02d}:{seconds:02d} left, until "
        f"{policy.clock(pause.until_s)}"
    )


def come_back(name: str, pause: Pause, policy: Policy) -> ComeBackLater:
    """The error that ends a run which would have to wait for too long."""
    return ComeBackLater(
        f"{name} has to wait for {pause.why}; come back at {policy.clock(pause.until_s)}: the same "
        f"command continues, and {_KEPT}."
    )
