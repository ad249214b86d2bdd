"""Making the engines of a run: through batch APIs where chosen, and under a spending limit."""

import math
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from touchline.errors import UserError
from touchline.models import (
    DISCOUNT,
    Card,
    ClassPriors,
    EndpointCard,
    Engine,
    Price,
    find_card,
    load_engine,
    make_batch_service,
)
from touchline.runs.asking.batch_engine import BatchEngine
from touchline.runs.asking.batch_shards import BatchShards
from touchline.runs.asking.present import shown_frame_size
from touchline.runs.cost.spend_limit import LimitedEngine, SpendLimit, Tariff, spent_usd
from touchline.runs.planning.plan import Plan
from touchline.runs.run_folder import CANARY_ROUNDS, RunFolder
from touchline.units import parse_usd
from touchline.video import FrameSpec

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class EngineFactory:
    """Makes the engine of a card; given to `touchline.runs.run` as `load`.

    Batches that an earlier run submitted are always collected, also without `batch`.

    Args:
        plan: the benchmark.
        folder: the run's folder.
        batch: submit what is missing to batch APIs, where an endpoint has one.
        budget: spending limit of the whole run, as users write it ("5usd"), or None.

    Raises:
        UserError: the budget is not an amount of US dollars.
    """

    def __init__(
        self, plan: Plan, folder: Path, *, batch: bool = False, budget: str | None = None
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._batch = batch
        self._limited = budget is not None
        spent = spent_usd(_journals(plan, folder))
        self._budget = SpendLimit(math.inf if budget is None else parse_usd(budget), spent)

    @property
    def spent_usd(self) -> float:
        """US dollars that the run has spent so far, in all."""
        return self._budget.spent_usd

    @property
    def uses_batches(self) -> bool:
        """Whether models are asked through batch APIs where there are any."""
        return self._batch

    def refuse_other_processes(self) -> None:
        """Refuses other processes where there is a budget or a batch, which one process manages.

        Raises:
            UserError: there is a budget, or there are batches.
        """
        waiting = (
            BatchShards(RunFolder(self._folder).batches(model.name)).open()
            for model in self._plan.models
        )
        if self._limited or self._batch or any(waiting):
            raise UserError(
                "budgets and batches are managed by one process: omit --workers and --on slurm "
                "until the budget or batch is done."
            )

    def __call__(self, card: Card, rates: ClassPriors | None) -> Engine:
        """The engine of a card; one without rates is asked for match contexts, never in batches.

        Raises:
            UserError: as `load_engine`; or there is a budget, and the model has no price.
        """
        batch = self._batch and rates is not None
        price = paid_price(card, batch=batch)
        if price is None and not is_paid(card):
            return self._engine(card, rates)
        if price is None and self._limited:
            raise UserError(
                f"model '{card.name}' has no price, so --budget cannot be enforced: add "
                "'price: {input: …, output: …, date: …}', per million tokens, to its card."
            )
        specs = (model.recipe for model in self._plan.models if model.name == card.name)
        spec = FrameSpec() if rates is None else next(specs, FrameSpec())
        tariff = Tariff(card, price, _largest_frame(self._plan, spec))
        return LimitedEngine(self._engine(card, rates), tariff, self._budget)

    def _engine(self, card: Card, rates: ClassPriors | None) -> Engine:
        folder = RunFolder(self._folder).batches(card.name)
        if rates is not None and (self._batch or BatchShards(folder).open()):
            service = make_batch_service(card)
            if service is not None:
                live = None if self._batch else lambda: load_engine(card, rates)
                return BatchEngine(service, folder, live)
        return load_engine(card, rates)


def _largest_frame(plan: Plan, spec: FrameSpec) -> tuple[int, int]:
    """Width and height in pixels of the largest frame that is shown of a plan's videos."""
    sizes = (shown_frame_size(video, spec) for video in plan.videos)
    return max(sizes, key=lambda size: size[0] * size[1])


def _journals(plan: Plan, folder: Path) -> Iterator[tuple[Path, Price | None]]:
    """The journals of a run, with the price of each model."""
    for model in plan.models:
        yield RunFolder(folder).journal(model.name), model.card.price
        for when in CANARY_ROUNDS:
            yield RunFolder(folder).canaries(model.name, when), model.card.price
    context = plan.bench.context
    if context is not None and context.ask is not None:
        card = find_card(context.ask)
        yield RunFolder(folder).context_journal(card.name), card.price


def is_paid(card: Card) -> bool:
    """Whether answers may be charged for; those of this machine are not."""
    if not isinstance(card, EndpointCard):
        return False
    address = getattr(card, "base_url", None)
    return address is None or urlsplit(address).hostname not in _LOOPBACK


def paid_price(card: Card, *, batch: bool) -> Price | None:
    """The price of a card's tokens, with the discount of batch APIs if `batch`."""
    if card.price is None or not batch:
        return card.price
    halved = {"input": card.price.input * DISCOUNT, "output": card.price.output * DISCOUNT}
    return card.price.model_copy(update=halved)
