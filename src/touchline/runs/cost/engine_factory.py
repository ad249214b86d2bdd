"""Making the engines of a run: through batch APIs where chosen, and under a spending limit."""

import logging
import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from touchline.errors import UserError
from touchline.models import (
    DISCOUNT,
    Card,
    ClassPriors,
    EndpointCard,
    Engine,
    Price,
    find_card,
    is_loopback,
    load_engine,
    make_batch_service,
)
from touchline.replies import Entries, digests, read_index
from touchline.runs.asking.batch_engine import BatchEngine
from touchline.runs.asking.batch_shards import BatchShards
from touchline.runs.asking.present import shown_frame_size
from touchline.runs.asking.sharing.session import session_number
from touchline.runs.asking.workers import WorkerTerms
from touchline.runs.cost.money import Reservation
from touchline.runs.cost.spend_limit import LimitedEngine, SpendLimit, Tariff, spent_usd
from touchline.runs.cost.spending_file import SpendingFile
from touchline.runs.planning.plan import Plan
from touchline.runs.run_folder import CANARY_ROUNDS, RunFolder
from touchline.text import counted
from touchline.units import parse_usd
from touchline.video import FrameSpec

_LOG = logging.getLogger(__name__)
_COUNTED_AS = "unless others tell its cost, each counts as the most that one request can cost"


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
        self._limit_usd = math.inf if budget is None else parse_usd(budget)
        self._file = SpendingFile(RunFolder(folder).spending)
        self._has_begun = False
        self._file.refresh()
        self._before_usd = self._recorded_usd() + self._file.unrecorded_usd

    @property
    def spent_usd(self) -> float:
        """US dollars that the run has spent so far, in all."""
        if not self._has_begun:
            return self._before_usd
        self._file.refresh()
        return self._file.spent_usd

    @property
    def uses_batches(self) -> bool:
        """Whether models are asked through batch APIs where there are any."""
        return self._batch

    def worker_terms(self, card: Card) -> WorkerTerms | None:
        """What a worker process needs in order to count what it spends; None if nothing is paid.

        Raises:
            UserError: as calling this factory.
        """
        tariff = self._tariff(card, batch=False)
        if tariff is None:
            return None
        self._begin()
        return WorkerTerms(tariff.frame_size, self._limit_usd)

    def refuse_batches(self) -> None:
        """Refuses to share a run's work where there are batches, which one process manages.

        Raises:
            UserError: there are.
        """
        if self._batch or self._has_batches():
            raise UserError(
                "batches are managed by one process: omit --join until the batch is done."
            )

    def refuse_other_processes(self, *, on_slurm: bool, has_workers: bool) -> None:
        """Refuses other processes where one process manages a batch, or one machine a budget.

        Args:
            on_slurm: whether SLURM's machines would ask.
            has_workers: whether worker processes would ask.

        Raises:
            UserError: there are batches; or there is a budget, and SLURM's machines would ask.
        """
        if (on_slurm or has_workers) and (self._batch or self._has_batches()):
            raise UserError(
                "batches are managed by one process: omit --workers and --on slurm until the batch "
                "is done."
            )
        if self._limited and on_slurm:
            raise UserError("a budget is counted on one machine: omit --on slurm.")

    def __call__(self, card: Card, rates: ClassPriors | None) -> Engine:
        """The engine of a card; one without rates is asked for match contexts, never in batches.

        Raises:
            UserError: as `load_engine`; or there is a budget, and the model has no price.
        """
        batch = self._batch and rates is not None
        tariff = self._tariff(card, batch=batch, is_context=rates is None)
        if tariff is None:
            return self._engine(card, rates)
        self._begin()
        budget = SpendLimit(self._limit_usd, self._file)
        return LimitedEngine(self._engine(card, rates), tariff, budget)

    def _tariff(self, card: Card, *, batch: bool, is_context: bool = False) -> Tariff | None:
        """The price of a model's answers; None where nothing is paid."""
        price = paid_price(card, batch=batch)
        if price is None and not is_paid(card):
            return None
        if price is None and self._limited:
            raise UserError(
                f"model '{card.name}' has no price, so --budget cannot be enforced: add "
                "'price: {input: …, output: …, date: …}', per million tokens, to its card."
            )
        specs = (model.recipe for model in self._plan.models if model.name == card.name)
        spec = FrameSpec() if is_context else next(specs, FrameSpec())
        return Tariff(card, price, _largest_frame(self._plan, spec))

    def _begin(self) -> None:
        """Begins to count in the session that asks now, unless another process has."""
        if not self._has_begun:
            if self._file.damaged:
                records = counted(self._file.damaged, "damaged record")
                _LOG.warning("%s has %s: %s", self._file.path, records, _COUNTED_AS)
            session = session_number(self._folder)
            self._file.begin(session, self._limit_usd, self._recorded_usd, self._recorded_since())
            self._has_begun = True

    def _recorded_usd(self) -> float:
        return spent_usd(_journals(self._plan, self._folder))

    def _recorded_since(self) -> Callable[[Reservation], bool]:
        """Tells whether a journal has a record of a request since money was set aside for it."""

        @cache
        def entries() -> list[Entries]:
            return [read_index(path).entries for path, _ in _journals(self._plan, self._folder)]

        def is_recorded(reserved: Reservation) -> bool:
            (digest,) = digests([reserved.key])
            return any(
                (of["at_ms"][of["digest"] == digest] >= reserved.at_ms).any() for of in entries()
            )

        return is_recorded

    def _has_batches(self) -> bool:
        folder = RunFolder(self._folder)
        names = (model.name for model in self._plan.models)
        return any(BatchShards(folder.batches(name)).open() for name in names)

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
    shared = {RunFolder(folder).journal(model.name): model.card.price for model in plan.models}
    yield from shared.items()  # the cells of a sweep have one journal
    for model in plan.models:
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
    return address is None or not is_loopback(address)


def paid_price(card: Card, *, batch: bool) -> Price | None:
    """The price of a card's tokens, with the discount of batch APIs if `batch`."""
    if card.price is None or not batch:
        return card.price
    halved = {"input": card.price.input * DISCOUNT, "output": card.price.output * DISCOUNT}
    return card.price.model_copy(update=halved)
