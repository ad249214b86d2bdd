"""The limits of an endpoint: what may be sent when, and what is done about what goes wrong."""

from touchline.models.limits.faults import Fault, FaultError, FaultKind
from touchline.models.limits.ledger import Ledger, ledger_folder
from touchline.models.limits.policy import FOREVER, Pause, Policy
from touchline.models.limits.rates import Quota
from touchline.models.limits.settings import QuotaSettings

__all__ = [
    "FOREVER",
    "Fault",
    "FaultError",
    "FaultKind",
    "Ledger",
    "Pause",
    "Policy",
    "Quota",
    "QuotaSettings",
    "ledger_folder",
]
