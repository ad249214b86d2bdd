"""Names of rows that share the replies of one model: behind its name stands who answered."""

import hashlib
import re
from collections.abc import Sequence

from touchline.models import MARK

SERVED_MARK = "@"
"""Between the name of a model and who answered for it later; no card's name contains it."""

_LONGEST = 80
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
"""What a name that becomes a folder must not contain."""


def model_of_row(name: str) -> str:
    """The name of the model that a row is of; a control of a row is one of its own.

    >>> model_of_row("gpt-4o@gpt-4o-2024-11-20")
    'gpt-4o'
    """
    model, _, who = name.partition(SERVED_MARK)
    return name if MARK in who else model


def row_names(model: str, identities: Sequence[str]) -> dict[str, str]:
    """A name for each identity, which is a text of the endpoint's: only what is safe of it."""
    short = {one: _UNSAFE.sub("-", one)[:_LONGEST].strip("-.") for one in identities}
    alike = list(short.values())
    found = {}
    for one, text in short.items():
        digest = hashlib.sha256(one.encode(errors="replace")).hexdigest()[:8]
        is_clear = text and alike.count(text) == 1
        found[one] = f"{model}{SERVED_MARK}{text if is_clear else f'{text}-{digest}'}"
    return found
