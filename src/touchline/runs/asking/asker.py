"""Asks one model after the other, as this process's part of a session."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.files import file_error
from touchline.progress import NamedProgress
from touchline.runs.asking.pool import Pool
from touchline.runs.asking.sharing.session import Session
from touchline.runs.asking.sharing.window_claims import WindowClaims
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.worker import LoadEngine, WorkResult, work
from touchline.runs.asking.workers import WorkerConfig
from touchline.runs.cost.engine_factory import EngineFactory
from touchline.runs.planning.plan import PlannedModel
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.planning.shards import Shard
from touchline.text import counted

_POLL_S = 0.5
"""How often a process that has nothing left to ask looks whether others are done."""


class Asker:
    """Asks the models of a run.

    Attributes:
        folder: the run.
        session: decides which windows are asked here.
        progress: called after every answer.
        load: makes the engine of a card in this process.
        stop: ends it early, after the windows in flight.
        refused: models that could not be asked at all, with the sentence that says why.

    Args:
        folder: see the attribute.
        session: see the attribute.
        progress: see the attribute.
        stop: see the attribute.
        load: see the attribute.
        workers: processes that ask, which load engines themselves; None asks in this process.
    """

    def __init__(
        self,
        folder: Path,
        session: Session,
        progress: NamedProgress,
        stop: Stop,
        load: LoadEngine,
        workers: WorkerConfig | None,
    ) -> None:
        self.folder, self.session, self.progress, self.load = folder, session, progress, load
        self.refused: dict[str, str] = {}
        self.stop, self._workers = stop, workers
        self._later: list[str] = []

    @property
    def is_stopped(self) -> bool:
        """Whether no more models are to be asked."""
        return bool(self._later) and self.stop.reason is not None

    def raise_later(self, not_begun: Sequence[str] = ()) -> None:
        """Raises if models have to be asked later.

        Args:
            not_begun: names of the models whose turn did not come.

        Raises:
            ComeBackLater: with all sentences.
        """
        if self._later:
            models = counted(len(not_begun), "more model")
            rest = [f"{models} not begun: {', '.join(not_begun)}."] if not_begun else []
            # Several models of one endpoint may have one reason, which is said once.
            sentences = dict.fromkeys([*self.refused.values(), *self._later, *rest])
            raise ComeBackLater(" ".join(sentences))

    @contextmanager
    def one_model(self, model: str) -> Iterator[None]:
        """An error in this block concerns one model, and does not stop the others."""
        try:
            yield
        except UserError as error:
            self.refused[model] = str(error)
        except ComeBackLater as error:
            self._later.append(str(error))
        except OSError as error:
            told = file_error(error, f"{error.filename or 'a file'} of '{model}' cannot be used")
            if told is None:
                raise
            if isinstance(told, UserError):
                self.refused[model] = str(told)
            else:
                self._later.append(str(told))

    def ask(self, model: PlannedModel, again: Mapping[str, int] | None = None) -> int:
        """Asks what is missing of a model, until no process of the session has any of it left.

        Args:
            model: the model, whose questions are written.
            again: windows that are asked although they have a reply (see `rounds_again`).

        Returns:
            How many windows this process was given.

        Raises:
            UserError: the model cannot be asked.
            ComeBackLater: it was stopped, or the rest has to be asked later.
        """
        total = QuestionFile(self.folder, model.name).total
        claims = self.session.claims(model.name, total, whole=bool(model.card.memory or again))
        if again:
            claims.take(0)  # nobody else knows which windows are asked again
        self.session.note_planned(model.name, whole=bool(again))
        while True:
            worked = self._ask_once(model, claims, again)
            if worked.stopped:
                raise ComeBackLater(
                    f"{worked.stopped}; {counted(worked.left, 'window')} of model '{model.name}' "
                    "left to ask: resume with the same command."
                )
            claims.finish()
            while claims.waiting() and not claims.has_taken_over and self.stop.reason is None:
                time.sleep(_POLL_S)
            if self.stop.reason is not None and claims.waiting():
                raise ComeBackLater(
                    f"{self.stop.reason}; other processes still ask model '{model.name}': "
                    "resume with the same command."
                )
            if not claims.has_taken_over:
                return claims.given

    def _ask_once(
        self, model: PlannedModel, claims: WindowClaims, again: Mapping[str, int] | None
    ) -> WorkResult:
        report = partial(self.progress, model.name)
        if self._workers is None or not self._workers.applies_to(model.card):
            return work(
                self.folder,
                model.name,
                Shard(),
                self.stop,
                report,
                self.load,
                again=again,
                claims=claims,
            )
        workers = self._workers
        if isinstance(self.load, EngineFactory):
            workers = replace(workers, terms=self.load.worker_terms(model.card))
        pool = Pool(self.folder, model.name, workers, self.stop, report, again=again, claims=claims)
        return pool.work()
