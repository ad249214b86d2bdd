"""From a card to the batch API of its endpoint."""

from urllib.parse import urlsplit

from touchline.errors import UserError
from touchline.models.batch.nouns import BatchService
from touchline.models.kinds import CardBase, OpenAICard

_ONLY_PUBLIC_IMAGES = ("openrouter.ai",)
"""OpenRouter's batches take images as public URLs only and refuse data in the request
(https://openrouter.ai/docs/batch-quickstart, "Limitations", November 2026)."""


def batch_service(card: CardBase) -> BatchService | None:
    """The batch API of a card's endpoint, or None where its kind of model has none.

    Raises:
        UserError: the endpoint has one that does not take frames, or there is no key.
    """
    if not isinstance(card, OpenAICard):
        return None
    host = urlsplit(card.base_url).hostname or ""
    if host.endswith(_ONLY_PUBLIC_IMAGES):
        raise UserError(
            f"model '{card.name}': batches at {host} take images only from public addresses, and "
            "frames have none: run without --batch, or through the maker's own endpoint."
        )
    import openai

    from touchline.models.batch.openai import OpenAIBatches
    from touchline.models.engines.openai import endpoint_key

    client = openai.OpenAI(
        base_url=card.base_url,
        api_key=endpoint_key(card),
        timeout=card.timeout_s,
        max_retries=card.retries,
    )
    return OpenAIBatches(card, client)
