"""What answers cost: what the endpoint says, else tokens times price."""

from collections.abc import Sequence
from dataclasses import replace

from touchline.models.generation import Price
from touchline.models.types import Failure, Reply


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


def with_tries(answer: Reply | Failure, paid: Sequence[Failure]) -> Reply | Failure:
    """An answer with what the tries before it took, as far as the endpoint said.

    A failure takes over their tokens and money. A reply keeps its own tokens, and takes over only
    what was said in US dollars.
    """
    money = [one.cost_usd for one in paid if one.cost_usd is not None]
    if isinstance(answer, Reply):
        known = money and answer.cost_usd is not None
        return replace(answer, cost_usd=(answer.cost_usd or 0.0) + sum(money)) if known else answer
    counted = [one for one in paid if None not in (one.prompt_tokens, one.completion_tokens)]
    return replace(
        answer,
        prompt_tokens=sum(one.prompt_tokens or 0 for one in counted) if counted else None,
        completion_tokens=sum(one.completion_tokens or 0 for one in counted) if counted else None,
        cost_usd=sum(money) if money else None,
    )
