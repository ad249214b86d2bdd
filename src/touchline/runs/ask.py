"""Asking a model what the journal does not know yet, and writing every answer down at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache, partial
from pathlib import Path

from touchline.games import Half
from touchline.models import Engine, Failure, FailureReason, Reply, Request
from touchline.models.controls import controlled_frames
from touchline.replies.journal import JournalWriter, Record, first_answers
from touchline.runs.questions import Question
from touchline.video import FrameStore, Recipe, frames

Advance = Callable[[int, int], None]
"""Called with how many windows are done and how many there are."""

_SHARD = "all"


def ask(
    wanted: Sequence[Question],
    journal_folder: Path,
    load: Callable[[], Engine],
    advance: Advance,
) -> dict[str, Record]:
    """Answers to all questions; those with a reply in the journal are not asked again.

    Args:
        wanted: the questions.
        journal_folder: the journal of the model.
        load: makes the engine; called only when something is missing.
        advance: told of progress.

    Returns:
        What came of each question, by key.

    Raises:
        UserError: the engine cannot be loaded or its endpoint refuses.
        ComeBackLater: the journal cannot be written.
    """
    known = first_answers(journal_folder)
    missing = {
        one.key: one
        for one in wanted
        if one.key not in known or isinstance(known[one.key].answer, Failure)
    }
    done = len(wanted) - len(missing)
    advance(done, len(wanted))
    if not missing:
        return known
    with JournalWriter(journal_folder, _SHARD) as journal:
        for record in _records(missing, load):
            journal.write(record)
            known[record.answer.key] = record
            done += 1
            advance(done, len(wanted))
    return known


def _records(missing: dict[str, Question], load: Callable[[], Engine]) -> Iterator[Record]:
    askable = []
    for one in missing.values():
        if one.window.frame_times_ms:
            askable.append(one)
        else:
            yield _record(one, _no_frames(one))
    if askable:
        with closing(load()) as engine:
            for answer in engine.replies(_requests(askable)):
                yield _record(missing[answer.key], answer)


def _requests(asked: Iterable[Question]) -> Iterator[Request]:
    """Requests whose frames are read when the engine calls for them, each half decoded once."""
    store = lru_cache(maxsize=4)(_store)
    for one in asked:
        yield Request(
            key=one.key,
            window=one.window,
            messages=one.messages,
            read_frames=partial(_read, store, one),
            generation=one.generation,
        )


def _store(half: Half, recipe: Recipe) -> FrameStore:
    return frames(half, recipe)


def _read(store: Callable[[Half, Recipe], FrameStore], one: Question) -> list[bytes]:
    jpegs = store(one.half, one.recipe).jpegs(one.window.frame_times_ms)
    return controlled_frames(jpegs, one.control, one.key)


def _record(one: Question, answer: Reply | Failure) -> Record:
    return Record(one.window, one.messages.first_frame, answer)


def _no_frames(one: Question) -> Failure:
    start, end = one.window.start_ms / 1000, one.window.end_ms / 1000
    message = f"the video shows no frame between {start:g} and {end:g} s"
    return Failure(one.key, FailureReason.FRAMES, message)
