"""What answers cost: what the endpoint reports, else tokens times price."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from touchline.models.generation import Price
from touchline.models.types import Failure, Reply

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def costs_usd(
    reported_usd: Floats, prompt_tokens: Ints, completion_tokens: Ints, price: Price | None
) -> Floats:
    """US dollars that each of many answers took; NaN where it is unknown.

    What an endpoint reports goes before any price table. A failure may have been paid for as
    well: it counts where the endpoint reported what it used.

    Args:
        reported_usd: by the endpoint, NaN where it reported nothing; shape (answers,).
        prompt_tokens: -1 where they were not counted; same shape.
        completion_tokens: likewise.
        price: of the model's card, or None.
    """
    costs = np.array(reported_usd, dtype=np.float64)
    if price is not None:
        counted = np.isnan(costs) & (prompt_tokens >= 0) & (completion_tokens >= 0)
        tokens_in = prompt_tokens[counted].astype(np.float64)
        tokens_out = completion_tokens[counted].astype(np.float64)
        costs[counted] = (tokens_in * price.input + tokens_out * price.output) / 1_000_000
    return costs


def cost_usd(answer: Reply | Failure, price: Price | None) -> float | None:
    """US dollars that an answer took, or None where it is unknown (see `costs_usd`)."""
    reported = np.array([np.nan if answer.cost_usd is None else answer.cost_usd])
    (cost,) = costs_usd(
        reported, _count(answer.prompt_tokens), _count(answer.completion_tokens), price
    ).tolist()
    return None if np.isnan(cost) else float(cost)


def priced(reply: Reply, price: Price | None, share: float) -> Reply:
    """A reply with its cost, where its tokens have a price and the endpoint reports none.

    Args:
        reply: to a request of a batch.
        price: of the model's card, or None.
        share: of that price that is paid.
    """
    cost = cost_usd(reply, price)
    if reply.cost_usd is not None or cost is None:
        return reply
    return replace(reply, cost_usd=share * cost)


def _count(tokens: int | None) -> Ints:
    return np.array([-1 if tokens is None else tokens], dtype=np.int64)


def with_tries(answer: Reply | Failure, paid: Sequence[Failure]) -> Reply | Failure:
    """An answer with what the tries before it took, as far as the endpoint reported it.

    A failure takes over their tokens and money. A reply keeps its own tokens, and takes over only
    what was reported in US dollars.
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
