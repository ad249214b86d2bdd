"""A trial: two windows of each model, so that an estimate has something to go by."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.models import OF_CLAIMS, Card, ClassPriors, Engine
from touchline.progress import NamedProgress, Notify
from touchline.runs.asking.sharing.session import open_session
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.worker import LoadEngine, work
from touchline.runs.config.bench_diff import changed_settings
from touchline.runs.config.kept_results import keep_results
from touchline.runs.execute import prepare
from touchline.runs.planning.plan import Plan, PlannedModel
from touchline.runs.planning.question_writer import plan_questions
from touchline.runs.planning.shards import Shard

TRIAL_WINDOWS = 2
"""Of each model: the first answer includes the warm-up, so time goes by the second."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying one model.

    Attributes:
        model: its name.
        windows: that were answered.
        failed: windows that were asked and failed.
        load_seconds: until its engine was ready; None where nothing was left to ask.
        refused: why it could not be asked, as a sentence, or None.
    """

    model: str
    windows: int = 0
    failed: int = 0
    load_seconds: float | None = None
    refused: str | None = None


class _FewWindows:
    """Chooses a few windows, spread over what is left to ask; the rest is left for the run."""

    error: UserError | ComeBackLater | None = None

    def __init__(self, *, in_order: bool) -> None:
        self.skipped = 0
        self._in_order = in_order

    def taken(self, positions: Sequence[int]) -> Iterator[int]:
        """The first of some positions, or some from between its ends."""
        count = min(TRIAL_WINDOWS, len(positions))
        self.skipped = len(positions) - count
        step = 1 if self._in_order else max(1, len(positions) // (count + 1))
        first = 0 if self._in_order else min(step, len(positions) - count)
        return iter(positions[first : first + count * step : step])


def run_trial(
    plan: Plan,
    folder: Path,
    load: LoadEngine,
    progress: NamedProgress,
    stop: Stop,
    notify: Notify,
) -> list[Trial]:
    """Asks two windows of each model that has any left; the run that follows has their answers.

    Args:
        plan: the benchmark.
        folder: of the run; made if it is not there.
        load: makes the engine of a card.
        progress: called after every answer.
        stop: ends it early, after the windows in flight.
        notify: gets sentences on what a changed benchmark means for existing results.

    Returns:
        One for each model that is no baseline; controls of claims, which are asked when their
        model is complete, have none.

    Raises:
        UserError: something that concerns all models.
        ComeBackLater: the disk is full, or another process asks in the folder.
    """
    with open_session(folder, stop, notify):
        if changed_settings(plan, folder) and (kept := keep_results(folder)):
            notify(f"the results so far are kept in {kept}")
        contexts = prepare(plan, folder, progress, load)
        found = []
        for model in plan.models:
            if model.card.is_baseline or model.card.control in OF_CLAIMS or stop.reason:
                continue
            plan_questions(plan, model, contexts, folder)
            found.append(_try(folder, model, load, stop))
    return found


def _try(folder: Path, model: PlannedModel, load: LoadEngine, stop: Stop) -> Trial:
    seconds: list[float] = []
    done: list[int] = []
    few = _FewWindows(in_order=bool(model.card.memory))
    try:
        worked = work(
            folder,
            model.name,
            Shard(),
            stop,
            lambda count, _: done.append(count),
            _timed(load, seconds),
            claims=few,
        )
    except (UserError, ComeBackLater) as error:
        return Trial(model.name, refused=str(error))
    answered = done[-1] - done[0] - worked.failed
    return Trial(model.name, answered, worked.failed, seconds[0] if seconds else None)


def _timed(load: LoadEngine, seconds: list[float]) -> Callable[[Card, ClassPriors | None], Engine]:
    """Loads engines and notes how long each took."""

    def timed(card: Card, priors: ClassPriors | None) -> Engine:
        began_s = time.monotonic()
        engine = load(card, priors)
        seconds.append(time.monotonic() - began_s)
        return engine

    return timed
