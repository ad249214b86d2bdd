"""A spending limit for a run, counted from its journals; it stops without losing answers."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import ComeBackLater
from touchline.models import (
    Card,
    Engine,
    Failure,
    Price,
    Reply,
    Request,
    cost_usd,
    most_prompt_tokens,
)
from touchline.replies import read_index
from touchline.runs.cost.journal_costs import known_cost_usd


def spent_usd(journals: Iterable[tuple[Path, Price | None]]) -> float:
    """What all answers in some journals took, failures and repeats included.

    Args:
        journals: the folder of each, and the price of what no endpoint reported.
    """
    return sum(known_cost_usd(read_index(folder).entries, price) for folder, price in journals)


class SpendLimit:
    """US dollars that may be spent, shared by all requests in flight.

    Args:
        limit_usd: the most.
        spent_usd: what is spent already.
    """

    def __init__(self, limit_usd: float, spent_usd: float = 0.0) -> None:
        self.limit_usd = limit_usd
        self.spent_usd = spent_usd
        self._reserved_usd = 0.0
        self._lock = threading.Lock()

    def reserve(self, usd: float) -> bool:
        """Reserves an amount, unless the limit could be passed with all reserved amounts."""
        with self._lock:
            fits = self.spent_usd + self._reserved_usd + usd <= self.limit_usd
            self._reserved_usd += usd if fits else 0.0
            return fits

    def settle(self, reserved_usd: float, spent_usd: float) -> None:
        """Releases a reservation, and counts what was spent."""
        with self._lock:
            self._reserved_usd -= reserved_usd
            self.spent_usd += spent_usd


@dataclass(frozen=True, slots=True)
class Tariff:
    """The price of one model's answers.

    Attributes:
        card: the model.
        price: of a million tokens after all discounts; None where nothing is paid.
        frame_size: width and height of its frames in pixels.
    """

    card: Card
    price: Price | None
    frame_size: tuple[int, int]

    def at_most_usd(self, request: Request) -> float:
        """The most that a request can cost: all of its prompt, and the longest answer."""
        if self.price is None:
            return 0.0
        prompt = most_prompt_tokens(self.card, self.frame_size, request.messages)
        most = request.generation.most_tokens
        return self.price.of(prompt, self.card.most_answer_tokens() if most is None else most)


class LimitedEngine:
    """An engine that never asks more than the budget allows.

    The most that a request can cost is reserved before it is asked, and its actual cost is counted
    when it is answered. So the limit holds with any number of requests in flight. When nothing fits
    any more, those in flight are awaited first: they may cost less than was reserved.

    Args:
        engine: the engine that is asked; closed with this one.
        tariff: the price of answers.
        budget: shared by all models of a run.
    """

    def __init__(self, engine: Engine, tariff: Tariff, budget: SpendLimit) -> None:
        self._engine = engine
        self._tariff = tariff
        self._budget = budget
        self._highest_usd = 0.0
        self._reserved: dict[str, float] = {}
        self._refused: Request | None = None

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """See `Engine.replies`.

        Raises:
            ComeBackLater: the budget is spent, or not enough of it is left for one more request.
        """
        waiting = iter(requests)
        while True:
            for answer in self._engine.replies(self._affordable(waiting)):
                self._count(answer)
                yield answer
            if self._refused is None:
                return
            if not self._reserve(self._refused):
                raise ComeBackLater(self._sentence())
            self._release(self._refused.key, 0.0)

    def close(self) -> None:
        """Closes the engine."""
        self._engine.close()

    def _affordable(self, waiting: Iterator[Request]) -> Iterator[Request]:
        """Requests as long as they fit; the first that does not is kept."""
        while True:
            one = self._refused or next(waiting, None)
            self._refused = None
            if one is None:
                return
            if not self._reserve(one):
                self._refused = one
                return
            yield one

    def _reserve(self, request: Request) -> bool:
        usd = max(self._tariff.at_most_usd(request), self._highest_usd)
        fits = self._budget.reserve(usd)
        if fits:
            self._reserved[request.key] = usd
        return fits

    def _count(self, answer: Reply | Failure) -> None:
        cost = cost_usd(answer, self._tariff.price) or 0.0
        self._highest_usd = max(self._highest_usd, cost)
        self._release(answer.key, cost)

    def _release(self, key: str, spent_usd: float) -> None:
        self._budget.settle(self._reserved.pop(key), spent_usd)

    def _sentence(self) -> str:
        return (
            f"the budget of {self._budget.limit_usd:g} USD does not allow another window of "
            f"model '{self._tariff.card.name}': {self._budget.spent_usd:.4f} USD are spent; all "
            "answers are kept: resume with the same command and a higher --budget."
        )
