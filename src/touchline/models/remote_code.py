"""Code that comes with a checkpoint runs only where both its card and the user allow it."""

import os

from touchline.errors import UserError
from touchline.models.card_types.local import LocalCard

VARIABLE = "TOUCHLINE_TRUST_REMOTE_CODE"
"""Names of the models whose code the user trusts, separated by commas."""


def trust_remote_code(names: list[str]) -> None:
    """Records the user's consent for this process and all that it starts.

    Args:
        names: models whose code may run.
    """
    if names:
        os.environ[VARIABLE] = ",".join(dict.fromkeys([*_trusted(), *names]))


def runs_remote_code(card: LocalCard) -> bool:
    """Whether code is run that is not touchline's: the checkpoint's, or that of a worker.

    Raises:
        UserError: the card needs it and the user has not allowed it.
    """
    if not card.remote_code:
        return False
    if not {card.name, *card.aliases, card.checkpoint}.intersection(_trusted()):
        raise UserError(
            f"model '{card.name}' runs {card.foreign_code()}: read that code, then allow it with "
            f"--trust-remote-code {card.name} or {VARIABLE}={card.name}."
        )
    return True


def _trusted() -> list[str]:
    return [name for name in os.environ.get(VARIABLE, "").split(",") if name]
