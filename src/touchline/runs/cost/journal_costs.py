"""What the answers in a journal cost, from its index alone."""

import math

import numpy as np
from numpy.typing import NDArray

from touchline.models import Price, costs_usd
from touchline.replies import ANSWERED, Entries, states_of


def known_cost_usd(entries: Entries, price: Price | None) -> float:
    """US dollars that are known to be spent on some answers, failures and repeats included.

    Args:
        entries: of a journal's index.
        price: of the model's card, or None.
    """
    costs = _costs(entries, price)
    return math.fsum(costs[~np.isnan(costs)])


def complete_cost_usd(entries: Entries, price: Price | None) -> float | None:
    """US dollars that some answers took, or None where the cost of one of the replies is unknown.

    Failures count where the endpoint reported what they took.

    Args:
        entries: of a journal's index, one a question.
        price: of the model's card, or None.
    """
    costs = _costs(entries, price)
    unknown = np.isnan(costs)
    if not len(costs) or (unknown & (states_of(entries) == ANSWERED)).any():
        return None
    return math.fsum(costs[~unknown])


def complete_tokens(entries: Entries) -> int | None:
    """Tokens in and out of some answers, or None where those of one of the replies are unknown.

    Args:
        entries: of a journal's index, one a question.
    """
    unknown = (entries["prompt_tokens"] < 0) | (entries["completion_tokens"] < 0)
    if not len(entries) or (unknown & (states_of(entries) == ANSWERED)).any():
        return None
    known = entries[~unknown]
    return int(known["prompt_tokens"].sum(dtype=np.int64)) + int(
        known["completion_tokens"].sum(dtype=np.int64)
    )


def _costs(entries: Entries, price: Price | None) -> NDArray[np.float64]:
    names = ("cost_usd", "prompt_tokens", "completion_tokens")
    reported, tokens_in, tokens_out = (entries[name] for name in names)
    return costs_usd(reported, tokens_in, tokens_out, price)
