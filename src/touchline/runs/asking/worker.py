"""Asks a part of one model's questions in this process and records the answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Protocol

from touchline.errors import ComeBackLater, UserError
from touchline.models import Card, ClassPriors, Engine, Failure, load_engine
from touchline.progress import Progress, ignore_progress
from touchline.replies import JournalWriter, Record
from touchline.runs.asking.ask import LazyEngine, ask
from touchline.runs.asking.ask_in_order import ask_in_order, read_histories
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.watching.record_guards import guard_of
from touchline.runs.planning.question_reader import QuestionReader
from touchline.runs.planning.shards import Shard, asked_elsewhere, open_positions
from touchline.runs.results.read_record import RecordReader
from touchline.runs.run_folder import RunFolder

LoadEngine = Callable[[Card, ClassPriors | None], Engine]
"""Loads the engine of a card; the class priors are for the null baselines."""


class ChosenWindows(Protocol):
    """Decides which of the open questions this process asks.

    Attributes:
        error: what ended the asking of others, or None.
        skipped: how many of the positions were left to others.
    """

    error: UserError | ComeBackLater | None

    @property
    def skipped(self) -> int:
        """See the class."""
        ...

    def taken(self, positions: Sequence[int]) -> Iterator[int]:
        """Those of some positions that this process asks, in order."""
        ...


@dataclass(frozen=True, slots=True)
class WorkResult:
    """What a worker did.

    Attributes:
        answered: windows that have a reply now.
        failed: windows that were asked and failed.
        left: windows that were not asked.
        stopped: why it stopped before the end, or None.
    """

    answered: int
    failed: int
    left: int
    stopped: str | None


def work(  # noqa: PLR0913  (all that a worker can be told)
    folder: Path,
    model: str,
    shard: Shard,
    stop: Stop,
    advance: Progress = ignore_progress,
    load: LoadEngine = load_engine,
    *,
    again: Mapping[str, int] | None = None,
    claims: ChosenWindows | None = None,
) -> WorkResult:
    """Asks the questions of a shard that have no reply yet.

    Args:
        folder: the run, planned.
        model: name of the model.
        shard: the part of its questions.
        stop: ends it early; the windows in flight are still answered.
        advance: called with the progress.
        load: loads the engine of a card.
        again: windows that are asked although they have a reply (see `rounds_again`).
        claims: which questions this process asks, where others share them; None for all.

    Raises:
        UserError: the engine cannot be loaded, its endpoint refuses, or a video has changed.
        ComeBackLater: the journal cannot be written, or the engine says to ask later.
    """
    reader = QuestionReader(folder, model)
    if reader.model.card.memory and shard.count > 1:
        raise UserError(
            f"model '{model}' is told what it reported before, so its questions are asked in order "
            "by one worker: give it one shard."
        )
    journal = RunFolder(folder).journal(model)
    positions = open_positions(folder, model, shard, again or {})
    first, end = shard.bounds(reader.file.total)
    done, failed = end - first - len(positions), 0
    # What an earlier cell of a sweep was to be asked for is not answered where it could not be.
    lacking = asked_elsewhere(folder, model, shard)
    advance(done - lacking, end - first)
    if not len(positions):
        return WorkResult(done, 0, 0, None)
    chosen = positions.tolist() if claims is None else claims.taken(positions.tolist())
    engine = LazyEngine(lambda: load(reader.model.card, reader.class_priors), reader.specs)
    with engine, JournalWriter(journal, shard.name, again) as writer:
        for record in _asked(folder, reader, chosen, engine, writer, stop):
            done += 1
            failed += isinstance(record.answer, Failure)
            advance(done - lacking, end - first)
    if claims is not None and claims.error is not None:
        raise claims.error
    left = end - first - done - (claims.skipped if claims is not None else 0)
    return WorkResult(done - failed, failed, left, stop.reason if left else None)


def _asked(
    folder: Path,
    reader: QuestionReader,
    positions: Iterable[int],
    engine: LazyEngine,
    writer: JournalWriter,
    stop: Stop,
) -> Iterator[Record]:
    """Asks in any order, or half by half where the model is told what it reported before."""
    spots = reader.model.card.memory
    guard = guard_of(folder, reader.model)
    if not spots:
        return ask(reader.questions(positions), engine, writer, stop, guard)
    read = RecordReader(folder).read
    by_half = groupby(positions, lambda position: reader.file.line_of(position).first)
    halves = [reader.questions(list(of_half)) for _, of_half in by_half]
    keys = {key for half in reader.file.halves() for key in half.keys}
    histories = read_histories(writer.path.parent, spots, read, keys)
    return ask_in_order(halves, engine, writer, stop, histories, read, guard)
