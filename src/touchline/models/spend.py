"""What answers cost: what the endpoint says, else tokens times price."""

from touchline.models.nouns import Failure, Reply
from touchline.models.settings import Price


def cost_usd(answer: Reply | Failure, price: Price | None) -> float | None:
    """US dollars that an answer took, or None where nobody knows.

    What an endpoint says it took goes before any price table. A failure may have been paid for
    as well: it counts where the endpoint said what it used.

    Args:
        answer: a reply, or a failure.
        price: of the model's card, or None.
    """
    if answer.cost_usd is not None:
        return answer.cost_usd
    if price is None or answer.prompt_tokens is None or answer.completion_tokens is None:
        return None
    return price.of(answer.prompt_tokens, answer.completion_tokens)
