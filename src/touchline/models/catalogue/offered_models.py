"""The models that an endpoint says it offers: one request, which is free and carries no picture."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from touchline.bounded_http import Bound, bound_answer
from touchline.errors import ComeBackLater, UserError
from touchline.models.api_keys import find_key, required_key
from touchline.models.card_types.base import Card
from touchline.models.card_types.endpoint import EndpointCard, is_loopback
from touchline.models.consent import require_consent
from touchline.models.endpoint.connections import client_options, connection_fault
from touchline.models.endpoint.http_errors import ErrorResponse, classify_response
from touchline.text import shorten

_PATIENCE_S = 20.0
_BOUND = (20_000_000, 30.0)
"""Bytes and seconds of one list; that of OpenRouter has half a million bytes."""

_NOT_ACCEPTED = (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN)
_INVALID_KEY = "API_KEY_INVALID"
"""What Google says of a key that does not exist, with HTTP 400."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """How one kind of endpoint lists its models.

    Attributes:
        path: below the card's address.
        entries: the field of the answer that holds the models.
        name: the field of a model that holds its name.
        headers: of the request, from the key.
    """

    path: str
    entries: str
    name: str
    headers: Callable[[str], Mapping[str, str]]


def _bearer(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


_LISTINGS = {
    "openai": _Listing("/models", "data", "id", _bearer),
    "anthropic": _Listing(
        "/v1/models?limit=1000",
        "data",
        "id",
        lambda key: {"x-api-key": key, "anthropic-version": "2023-06-01"},
    ),
    "gemini": _Listing(
        "/v1beta/models?pageSize=1000", "models", "name", lambda key: {"x-goog-api-key": key}
    ),
    "ollama": _Listing("/api/tags", "models", "name", _bearer),
}
"""By engine. Sources: https://platform.openai.com/docs/api-reference/models/list,
https://docs.anthropic.com/en/api/models-list, https://ai.google.dev/api/models,
https://docs.ollama.com/api/tags."""

_KEY_CHECKS = {"openrouter.ai": "/key"}
"""Services whose list of models needs no key, and what tells whether a key is valid there
(https://openrouter.ai/docs/api-reference/limits)."""


def list_offered_models(card: Card) -> tuple[str, ...] | None:
    """The names of the models that a card's endpoint offers.

    Args:
        card: a model. Its key, if it has one, is sent to its endpoint.

    Returns:
        Names as a card writes them under `model`; None where this kind of endpoint is not asked
        (Bedrock, Vertex) or the model is not behind one.

    Raises:
        UserError: the user has not allowed that the key goes there, there is no key, or the
            endpoint does not accept it or the request.
        ComeBackLater: the endpoint does not answer.
    """
    listing = _LISTINGS.get(card.engine)
    sends = card.sends_to()
    if listing is None or sends is None or getattr(card, "vertex", None) is not None:
        return None
    require_consent(card)
    address, key_name = sends
    key = (find_key(key_name) if key_name else None) or ""
    if not key and key_name and not is_loopback(address):
        key = required_key(key_name, card.name)
    headers = listing.headers(key) if key else {}
    with httpx2.Client(**_options(address), timeout=_PATIENCE_S) as client:
        check = _KEY_CHECKS.get(urlsplit(address).hostname or "")
        if check is not None:
            _ask(client, address + check, headers, key_name)
        body = _ask(client, address.rstrip("/") + listing.path, headers, key_name)
    return _names(body, listing, address)


def is_offered(card: EndpointCard, offered: tuple[str, ...]) -> bool:
    """Whether a card's model is among those that its endpoint offers.

    Services list a model under one of its names: OpenRouter takes a suffix such as ":nitro", and
    Ollama adds ":latest".

    Args:
        card: the model.
        offered: of `list_offered_models`.
    """
    name = card.model
    return bool({name, name.partition(":")[0], f"{name}:latest"}.intersection(offered))


def _options(address: str) -> dict[str, Any]:
    return client_options(address) | {
        "event_hooks": {"response": [lambda response: bound_answer(response, Bound(*_BOUND))]}
    }


def _ask(client: httpx2.Client, url: str, headers: Mapping[str, str], key_name: str | None) -> Any:
    place = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
    try:
        response = client.get(url, headers=dict(headers))
    except httpx2.HTTPError as error:
        raise ComeBackLater(
            f"{place} does not answer: {connection_fault(error).message}."
        ) from None
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = shorten(response.text)
    if response.status_code in _NOT_ACCEPTED or _INVALID_KEY in json.dumps(body)[:20_000]:
        raise UserError(
            f"{place} does not accept the key in {key_name} (HTTP {response.status_code}): check "
            "that it is complete and still valid."
        )
    if response.has_redirect_location:
        raise UserError(
            f"{place} redirects elsewhere, where the key is not sent: correct base_url in the card."
        )
    if response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
        raise ComeBackLater(f"{place} fails with HTTP {response.status_code}: try again later.")
    if response.status_code != httpx2.codes.OK:
        refused = ErrorResponse(response.status_code, response.headers, body)
        said = classify_response(refused, time.time()).message
        raise UserError(f"{place} does not list its models ({said}): check base_url in the card.")
    return body


def _names(body: Any, listing: _Listing, address: str) -> tuple[str, ...]:
    entries = body.get(listing.entries) if isinstance(body, Mapping) else None
    if not isinstance(entries, list):
        raise UserError(
            f"{address} answers with something other than a list of models: check base_url in the "
            "card."
        )
    names = (one.get(listing.name) for one in entries if isinstance(one, Mapping))
    return tuple(one.removeprefix("models/") for one in names if isinstance(one, str))
