"""Asks a model: questions in, records out, each written to the journal before the next counts."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain, takewhile
from types import TracebackType
from typing import Protocol, Self

from touchline.errors import UserError
from touchline.models import Ending, Engine, Failure, FailureReason, Reply, Request, ending_of
from touchline.replies import JournalWriter, Record
from touchline.runs.asking.present import OpenStore
from touchline.runs.asking.stop import Stop
from touchline.runs.planning.question_builder import Question
from touchline.video import FrameSpec, open_frame_store

_OPEN_STORES = 4
"""Frame stores that are open at a time, so that each half is decoded once."""


class LazyEngine(AbstractContextManager["LazyEngine"]):
    """An engine that is loaded when it is first used, and closed in any case.

    The frame stores of the last few halves stay open until then, so that decoding a half
    continues where it was, in whatever order the questions come.

    Args:
        load: loads the engine.
        specs: how frames are made for all models of the run; those that agree about pixels are
            decoded in one pass.
    """

    def __init__(self, load: Callable[[], Engine], specs: Sequence[FrameSpec] = ()) -> None:
        self._load = load
        self._engine: Engine | None = None
        self._open_store = lru_cache(_OPEN_STORES)(partial(open_frame_store, also=specs))

    @property
    def open_store(self) -> OpenStore:
        """Opens the frame store of a half, or gives the one that is open."""
        return self._open_store

    def get(self) -> Engine:
        """The engine, with its model loaded."""
        if self._engine is None:
            self._engine = self._load()
        return self._engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open_store.cache_clear()
        if self._engine is not None:
            self._engine.close()


class RecordGuard(Protocol):
    """Looks at every record before it is written, and may end the asking.

    Attributes:
        changed: why no further question is asked, as a sentence; None where nothing is amiss.
    """

    changed: str | None

    def check(self, record: Record) -> Record:
        """The record to write, which may be a failure in place of the reply."""
        ...


def ask(
    questions: Iterable[Question],
    engine: LazyEngine,
    journal: JournalWriter,
    stop: Stop,
    guard: RecordGuard | None = None,
) -> Iterator[Record]:
    """Asks questions and yields the record of each after it was written to the journal.

    Questions are pulled when the engine has capacity for them, so they may be made, or given out
    by another process, at that moment. A window without frames is a failure and reaches no engine.

    Args:
        questions: pulled until the end or until `stop` has a reason.
        engine: answers; loaded only if there is a question to ask.
        journal: every answer is written to it.
        stop: ends the pulling; questions that were sent are still answered.
        guard: looks at every record, and ends the pulling likewise.

    Raises:
        UserError: the engine cannot be loaded, its endpoint refuses, or the guard ended it.
        ComeBackLater: the journal cannot be written, or the engine says to ask later.
    """
    asked = takewhile(lambda _: guard is None or guard.changed is None, questions)
    for record in _records(asked, engine, stop):
        checked = record if guard is None else guard.check(record)
        journal.write(checked)
        yield checked
    if guard is not None and guard.changed is not None:
        raise UserError(guard.changed)


def _records(questions: Iterable[Question], engine: LazyEngine, stop: Stop) -> Iterator[Record]:
    in_flight: dict[str, Question] = {}
    without_frames: deque[Record] = deque()

    def requests() -> Iterator[Request]:
        for question in questions:
            if stop.reason is not None:
                return
            if question.window.frame_times_ms:
                in_flight[question.key] = question
                request = question.request(engine.open_store)
                yield replace(request, is_stopped=lambda: stop.reason is not None)
            else:
                without_frames.append(question.record(_no_frames(question)))

    feed = requests()
    first = next(feed, None)
    if first is not None:
        for answer in engine.get().replies(chain([first], feed)):
            while without_frames:
                yield without_frames.popleft()
            yield in_flight.pop(answer.key).record(_checked(answer))
    yield from without_frames


def _checked(answer: Reply | Failure) -> Reply | Failure:
    """The answer; a failure where an error ended it, whichever engine it comes from."""
    if isinstance(answer, Failure) or ending_of(answer.finish_reason) is not Ending.FAILED:
        return answer
    return Failure(
        answer.key,
        FailureReason.ENGINE,
        f"an error ended the answer: {answer.finish_reason}",
        answer.seconds,
        answer.prompt_tokens,
        answer.completion_tokens,
        answer.cost_usd,
    )


def _no_frames(question: Question) -> Failure:
    start, end = question.window.start_ms / 1000, question.window.end_ms / 1000
    message = f"the video has no frame between {start:g} and {end:g} s"
    return Failure(question.key, FailureReason.FRAMES, message)
