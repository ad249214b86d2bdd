"""Serving a model for others, until it is stopped: what `touchline serve` does."""

import time
from collections.abc import Callable

from touchline.errors import UserError
from touchline.models.card_types.base import Card
from touchline.models.card_types.served import ServedCard
from touchline.models.catalogue.card_lookup import find_card
from touchline.models.consent import require_consent
from touchline.models.engine import ENGINES
from touchline.models.engines.served.server import Server

_POLL_S = 0.5
_DEFAULT_ENGINE = "transformers-serve"


def served_card(model: str, engine: str | None = None) -> ServedCard:
    """The card of a model under the engine that serves it.

    Args:
        model: a name, an alias or the path of a card.
        engine: such as "vllm"; None takes that of the card, where it is one of a server, else
            transformers' own.

    Raises:
        UserError: no such model, or it cannot be served.
    """
    card: Card = find_card(model)
    if engine is None and not isinstance(card, ServedCard):
        engine = _DEFAULT_ENGINE
    if engine is not None:
        if not issubclass(ENGINES.get(engine).card_type(), ServedCard):
            raise UserError(
                f"engine '{engine}' starts no server: choose vllm, sglang or {_DEFAULT_ENGINE}."
            )
        card = find_card({"use": model, "engine": engine})
    assert isinstance(card, ServedCard)
    if refusal := card.refusal():
        raise UserError(refusal)
    return card


def serve_model(
    card: ServedCard, ready: Callable[[str, str], None], port: int | None = None
) -> None:
    """Serves a model until the process is interrupted.

    Args:
        card: the model.
        ready: called once, when it answers, with its address and the server's name for the model.
        port: to listen on, on this machine only; None chooses a free one.

    Raises:
        UserError: consent is missing, or the server did not start or has ended.
    """
    require_consent(card)
    server = Server(card, port=port)
    try:
        server.wait_until_ready()
        ready(server.base_url, server.served_name)
        while (ended := server.ended()) is None:
            time.sleep(_POLL_S)
        raise UserError(ended)
    finally:
        server.stop()
