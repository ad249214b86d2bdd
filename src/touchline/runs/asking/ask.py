"""Asking a model: questions in, records out, each written down before the next one counts."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache, partial
from itertools import chain
from types import TracebackType
from typing import Self

from touchline.games import Half
from touchline.models import Engine, Failure, FailureReason, Reply, Request, controlled_frames
from touchline.replies import JournalWriter, Record
from touchline.runs.asking.stop import Stop
from touchline.runs.planning.question_builder import Question
from touchline.video import (
    FrameSpec,
    FrameStore,
    find_sound_events,
    open_frame_store,
    render_frames,
)

Load = Callable[[], Engine]


class LateEngine(AbstractContextManager["LateEngine"]):
    """An engine that is loaded when it is first wanted, and closed whatever happens.

    The frames that it is shown stay open as long, so that a half is decoded on from where it was
    however the questions come.
    """

    def __init__(self, load: Load, recipes: Sequence[FrameSpec] = ()) -> None:
        """`recipes` are those of all models of a run: alike ones are decoded in one pass."""
        self._load = load
        self._engine: Engine | None = None
        self.frames = lru_cache(maxsize=4)(partial(open_frame_store, also=recipes))

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
        self.frames.cache_clear()
        if self._engine is not None:
            self._engine.close()


def ask(
    wanted: Iterable[Question], engine: LateEngine, journal: JournalWriter, stop: Stop
) -> Iterator[Record]:
    """Asks questions and yields what came of them, each after it was written down.

    Questions are pulled when the engine has room for them, so they may be made, or handed out by
    somebody else, at that moment. A window without frames is a failure and reaches no engine.

    Args:
        wanted: the questions; pulled until the end or until `stop` says so.
        engine: who answers; loaded only if there is a question to ask.
        journal: where every answer is written down.
        stop: ends the pulling; what is in flight is still answered.

    Raises:
        UserError: the engine cannot be loaded or its endpoint refuses.
        ComeBackLater: the journal cannot be written, or the engine says to ask later.
    """
    for record in _records(wanted, engine, stop):
        journal.write(record)
        yield record


def _records(wanted: Iterable[Question], engine: LateEngine, stop: Stop) -> Iterator[Record]:
    in_flight: dict[str, Question] = {}
    without_frames: deque[Record] = deque()

    def requests() -> Iterator[Request]:
        for one in wanted:
            if stop.reason is not None:
                return
            if one.window.frame_times_ms:
                in_flight[one.key] = one
                yield _request(one, engine.frames)
            else:
                without_frames.append(_record(one, _no_frames(one)))

    feed = requests()
    first = next(feed, None)
    if first is not None:
        for answer in engine.get().replies(chain([first], feed)):
            while without_frames:
                yield without_frames.popleft()
            yield _record(in_flight.pop(answer.key), answer)
    yield from without_frames


def _request(one: Question, store: Callable[[Half, FrameSpec], FrameStore]) -> Request:
    """A request whose frames are read when the engine calls for them, each half decoded once."""
    return Request(
        key=one.key,
        window=one.window,
        messages=one.messages,
        read_frames=partial(_read, store, one),
        generation=one.generation,
        read_sound=partial(find_sound_events, one.half.video),
        video=None if _is_redrawn(one.recipe) else one.half.video,
    )


def _is_redrawn(recipe: FrameSpec) -> bool:
    """Whether the frames show something else than the video does."""
    return bool(recipe.crop or recipe.mask or recipe.stamp or recipe.flow)


def _read(store: Callable[[Half, FrameSpec], FrameStore], one: Question) -> list[bytes]:
    jpegs = store(one.half, one.recipe).jpegs(one.window.frame_times_ms)
    return controlled_frames(render_frames(jpegs, one.recipe), one.control, one.key)


def _record(one: Question, answer: Reply | Failure) -> Record:
    return Record(one.window, one.messages.first_frame, answer, one.told)


def _no_frames(one: Question) -> Failure:
    start, end = one.window.start_ms / 1000, one.window.end_ms / 1000
    message = f"the video shows no frame between {start:g} and {end:g} s"
    return Failure(one.key, FailureReason.FRAMES, message)
