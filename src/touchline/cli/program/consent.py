"""Asking the user about what cards do only with consent."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import say

if TYPE_CHECKING:
    from touchline.models import Card

Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        help="Allow the addresses and programs that the models name; it is remembered.",
    ),
]


def ask_consent(cards: "Iterable[Card]", yes: bool) -> None:
    """Asks about what some models do and the user has not allowed yet, once for each.

    Without a terminal nothing is asked: a model that needs it is refused when it is loaded.

    Args:
        cards: the models.
        yes: allow everything without asking.
    """
    from touchline.models import missing_consents, remember_consents
    from touchline.text import inert

    allowed, seen = [], set()
    asks = sys.stdin.isatty() and sys.stderr.isatty()
    for card in cards:
        for clause in missing_consents(card):
            if clause in seen:
                continue
            seen.add(clause)
            sentence = inert(f"model '{card.name}': {clause}")
            if yes:
                say(f"touchline: allowed from now on: {sentence}.", err=True)
            elif not asks or not typer.confirm(f"{sentence}. Allow it from now on?", err=True):
                continue
            allowed.append(clause)
    if allowed:
        remember_consents(allowed)
