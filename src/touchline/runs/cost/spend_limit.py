"""A spending limit for a run, counted once by all its processes; no answer is lost by it."""

import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
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
from touchline.runs.cost.spending_file import SpendingFile


def spent_usd(journals: Iterable[tuple[Path, Price | None]]) -> float:
    """What all answers in some journals took, failures and repeats included.

    Args:
        journals: the folder of each, and the price of what no endpoint reported.
    """
    return sum(known_cost_usd(read_index(folder).entries, price) for folder, price in journals)


class SpendLimit:
    """US dollars that may be spent, shared by all requests in flight in all processes of a run.

    Args:
        limit_usd: the most; infinity counts without a limit.
        file: where it is counted.
    """

    def __init__(self, limit_usd: float, file: SpendingFile) -> None:
        self._limit_usd = limit_usd
        self._file = file

    @property
    def limit_usd(self) -> float:
        """The most that may be spent: that of this process, or the lower one of its session."""
        return min(self._limit_usd, self._file.limit_usd)

    @property
    def spent_usd(self) -> float:
        """What is spent so far, in all."""
        self._file.refresh()
        return self._file.spent_usd

    def reserve(self, key: str, usd: float) -> "Reserved | None":
        """Sets an amount aside, unless the limit could be passed with all that is set aside.

        Args:
            key: of the request.
            usd: the amount.
        """
        name = self._file.reserve(key, usd, self._limit_usd)
        return None if name is None else Reserved(name, usd)

    def settle(self, reserved: "Reserved", spent_usd: float, recorded_usd: float) -> None:
        """Releases an amount, and counts what was spent.

        Args:
            reserved: what was set aside.
            spent_usd: US dollars.
            recorded_usd: those of them that the journal knows of.
        """
        self._file.settle(reserved.name, spent_usd, recorded_usd)

    def add(self, spent_usd: float, recorded_usd: float) -> None:
        """Counts what was spent without being set aside; see `settle`."""
        self._file.settle(uuid.uuid4().hex, spent_usd, recorded_usd)


@dataclass(frozen=True, slots=True)
class Reserved:
    """An amount that is set aside.

    Attributes:
        name: of it in the file.
        usd: US dollars.
    """

    name: str
    usd: float


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

    A try whose cost nobody knows costs what was reserved for it: one that was cut off, and an
    answer without a usable count of its tokens.

    Args:
        engine: the engine that is asked; closed with this one.
        tariff: the price of answers.
        budget: shared by all models and processes of a run.
    """

    def __init__(self, engine: Engine, tariff: Tariff, budget: SpendLimit) -> None:
        self._engine = engine
        self._tariff = tariff
        self._budget = budget
        self._highest_usd = 0.0
        self._lock = threading.Lock()
        self._reserved: dict[str, Reserved] = {}
        self._refused: Request | None = None
        self._uncounted: UserError | ComeBackLater | None = None

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """See `Engine.replies`.

        Raises:
            ComeBackLater: the budget is spent, or not enough of it is left for one more request;
                or money cannot be counted, because the disk is full or fails.
            UserError: money cannot be counted.
        """
        waiting = iter(requests)
        try:
            while True:
                for answer in self._engine.replies(self._affordable(waiting)):
                    self._count(answer)
                    yield answer
                if self._uncounted is not None:
                    raise self._uncounted
                if self._refused is None:
                    self._release()  # of what a stopped run did not send any more
                    return
                if not self.reserve(self._refused):
                    raise ComeBackLater(self._sentence(self._refused))
                self._settle(self._refused.key, 0.0, 0.0)
        except (UserError, ComeBackLater):
            # What was in flight has been awaited (see `Engine`), and the rest was never sent.
            self._release()
            raise

    def close(self) -> None:
        """Closes the engine."""
        self._engine.close()

    def reserve(self, request: Request) -> bool:
        """Sets aside the most that a request can cost; True where that was done already."""
        if request.key in self._reserved:
            return True
        usd = max(self._tariff.at_most_usd(request), self._highest_usd)
        reserved = self._budget.reserve(request.key, usd)
        if reserved is not None:
            with self._lock:
                self._reserved[request.key] = reserved
        return reserved is not None

    def lose(self, key: str) -> None:
        """Counts what was set aside for a request as spent."""
        reserved = self._reserved.get(key)
        if reserved is not None:
            self._settle(key, reserved.usd, 0.0)

    def pay(self, paid: Failure) -> None:
        """Counts a try that the journal does not record."""
        with self._counting():
            self._budget.add(cost_usd(paid, self._tariff.price) or 0.0, 0.0)

    def _affordable(self, waiting: Iterator[Request]) -> Iterator[Request]:
        """Requests as long as they fit; the first that does not is kept."""
        while True:
            one = self._refused or next(waiting, None)
            self._refused = None
            if one is None:
                return
            with self._counting():
                if not self.reserve(one):
                    self._refused = one
                    return
            if self._uncounted is not None:
                return
            yield replace(one, tries=_Tries(self, one))

    @contextmanager
    def _counting(self) -> Iterator[None]:
        """Keeps an error of the file until what is in flight is answered: that is paid for."""
        try:
            yield
        except (UserError, ComeBackLater) as error:
            self._uncounted = self._uncounted or error

    def _release(self) -> None:
        for key in list(self._reserved):
            self._settle(key, 0.0, 0.0)

    def _count(self, answer: Reply | Failure) -> None:
        known = cost_usd(answer, self._tariff.price)
        reserved = self._reserved.get(answer.key)
        spent = known or 0.0
        if isinstance(answer, Reply) and reserved is not None and not _is_counted(answer, known):
            spent = max(spent, reserved.usd)
        self._highest_usd = max(self._highest_usd, known or 0.0)
        self._settle(answer.key, spent, known or 0.0)

    def _settle(self, key: str, spent_usd: float, recorded_usd: float) -> None:
        with self._lock:
            reserved = self._reserved.pop(key, None)
        with self._counting():
            if reserved is not None:
                self._budget.settle(reserved, spent_usd, recorded_usd)
            elif spent_usd:
                self._budget.add(spent_usd, recorded_usd)

    def _sentence(self, refused: Request) -> str:
        most = max(self._tariff.at_most_usd(refused), self._highest_usd)
        return (
            f"the budget of {self._budget.limit_usd:g} USD does not allow another window of "
            f"model '{self._tariff.card.name}', which costs up to {most:.4f} USD: "
            f"{self._budget.spent_usd:.4f} USD are spent; all answers are kept: resume with the "
            "same command and a higher --budget."
        )


@dataclass(frozen=True, slots=True)
class _Tries:
    """The money of one request's tries (see `touchline.models.types.Tries`)."""

    engine: LimitedEngine
    request: Request

    def lost(self) -> None:
        self.engine.lose(self.request.key)

    def paid(self, failure: Failure) -> None:
        self.engine.pay(failure)

    def may_go_on(self) -> bool:
        return self.engine.reserve(self.request)


def _is_counted(reply: Reply, cost: float | None) -> bool:
    """Whether the cost of a reply is known: its endpoint said it, or counted all of its tokens.

    Thoughts that exceed the tokens out are not among them, so that these are only a part.
    """
    if cost is None:
        return False
    if reply.cost_usd is not None:
        return True
    return bool(reply.prompt_tokens) and (reply.reasoning_tokens or 0) <= (
        reply.completion_tokens or 0
    )
