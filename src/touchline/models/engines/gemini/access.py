"""The SDK's client for a card: Google's own API with a key, or Vertex with credentials."""

from typing import Any

import google.auth
import google.auth.exceptions
import httpx2
from google import genai
from google.genai import types

from touchline.errors import UserError
from touchline.models.api_keys import protect, required_key
from touchline.models.card_types.gemini import GeminiCard

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


def make_client(card: GeminiCard, **options: Any) -> genai.Client:
    """The client of a card.

    Args:
        card: the model.
        options: further `HttpOptions`.

    Raises:
        UserError: there is no key, no project, or no credentials.
    """
    timeout_ms = round(card.timeout_s * 1000)
    if card.vertex is None:
        key = required_key(card.api_key_env, card.name)
        http = types.HttpOptions(base_url=card.base_url, timeout=timeout_ms, **options)
        return genai.Client(api_key=key, vertexai=False, http_options=http)
    project, location = card.vertex.place(card.name)
    own_address = None if card.address.startswith("vertex ") else card.base_url
    http = types.HttpOptions(base_url=own_address, timeout=timeout_ms, **options)
    return genai.Client(
        vertexai=True,
        project=project,
        location=location,
        credentials=_credentials(card),
        http_options=http,
    )


async def protect_token(request: httpx2.Request) -> None:
    """Keeps the token of a request, which is a new one every hour, out of all output."""
    protect(request.headers.get("authorization", "").removeprefix("Bearer "))


def _credentials(card: GeminiCard) -> Any:
    """Those that Google Cloud's programs find on this machine."""
    try:
        found, _ = google.auth.default(scopes=[_SCOPE])
    except google.auth.exceptions.GoogleAuthError as error:
        raise UserError(
            f"model '{card.name}' needs Google Cloud credentials: run 'gcloud auth "
            "application-default login', or name a key file in GOOGLE_APPLICATION_CREDENTIALS."
        ) from error
    return found
