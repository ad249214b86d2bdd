"""From a card to the batch API of its endpoint."""

from urllib.parse import urlsplit

from touchline.errors import UserError
from touchline.models.api_keys import required_key
from touchline.models.batch.types import BatchService
from touchline.models.card_types.common import CardBase
from touchline.models.card_types.gemini import GeminiCard
from touchline.models.card_types.openai import OpenAICard

_ONLY_PUBLIC_IMAGES = ("openrouter.ai",)
"""OpenRouter's batches take images as public URLs only and refuse data in the request
(https://openrouter.ai/docs/batch-quickstart, "Limitations", November 2026)."""


def has_batches(card: CardBase) -> bool:
    """Whether a card's endpoint may have a batch API that takes its frames.

    Raises:
        UserError: it surely does not.
    """
    if isinstance(card, GeminiCard):
        if card.frames_as == "video":
            raise UserError(
                f"model '{card.name}' watches halves as videos, and those are gone before a batch "
                "may begin: write 'frames_as: images' beside it, or run without --batch."
            )
        return True
    if not isinstance(card, OpenAICard):
        return False
    host = urlsplit(card.base_url).hostname or ""
    if host.endswith(_ONLY_PUBLIC_IMAGES):
        raise UserError(
            f"model '{card.name}': batches at {host} take images only from public addresses, and "
            "frames have none: run without --batch, or through the maker's own endpoint."
        )
    return True


def make_batch_service(card: CardBase) -> BatchService | None:
    """The batch API of a card's endpoint, or None where its kind of model has none.

    Raises:
        UserError: it takes no frames, there is no key, or a package is missing.
    """
    if not has_batches(card):
        return None
    if isinstance(card, GeminiCard):
        return _gemini(card)
    return _openai(card) if isinstance(card, OpenAICard) else None


def _openai(card: OpenAICard) -> BatchService:
    import openai

    from touchline.models.batch.openai import OpenAIBatches
    from touchline.models.engines.openai.engine import endpoint_key

    client = openai.OpenAI(
        base_url=card.base_url,
        api_key=endpoint_key(card),
        timeout=card.timeout_s,
        max_retries=card.retries,
    )
    return OpenAIBatches(card, client)


def _gemini(card: GeminiCard) -> BatchService:
    try:
        from google import genai

        from touchline.models.batch.gemini import GeminiBatches
    except ImportError as error:
        raise UserError(
            f"model '{card.name}' is reached through google-genai, which is not installed: "
            "pip install 'touchline[gemini]'."
        ) from error
    client = genai.Client(
        api_key=required_key(card.api_key_env, card.name),
        vertexai=False,
        http_options={"base_url": card.base_url, "timeout": round(card.timeout_s * 1000)},
    )
    return GeminiBatches(card, client)
