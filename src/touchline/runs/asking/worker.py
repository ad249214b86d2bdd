"""A worker: asks a part of one model's questions and writes the answers down."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from touchline.errors import UserError
from touchline.models import Card, ClassPriors, Engine, Failure, load_engine
from touchline.progress import Progress, ignore_progress
from touchline.replies import JournalWriter, Record, read_index
from touchline.runs.asking.ask import LateEngine, ask
from touchline.runs.asking.history import ask_in_order, read_histories
from touchline.runs.asking.stop import Stop
from touchline.runs.planning.planned_questions import PlannedQuestions
from touchline.runs.planning.shards import Shard, missing
from touchline.runs.results.read_record import RecordReader
from touchline.runs.run_folder import RunFolder

LoadEngine = Callable[[Card, ClassPriors | None], Engine]


@dataclass(frozen=True, slots=True)
class WorkResult:
    """What a worker did.

    Attributes:
        answered: windows with a reply now.
        failed: windows that it asked in vain.
        left: windows that it did not come to.
        stopped: why it stopped before the end, or None.
    """

    answered: int
    failed: int
    left: int
    stopped: str | None


def work(
    folder: Path,
    model: str,
    shard: Shard,
    stop: Stop,
    advance: Progress = ignore_progress,
    load: LoadEngine = load_engine,
) -> WorkResult:
    """Asks the questions of a shard that have no reply yet.

    Args:
        folder: the run, planned.
        model: who is asked.
        shard: the part of its questions.
        stop: ends it early; the windows in flight are still answered.
        advance: told of progress.
        load: makes the engine of a card.

    Raises:
        UserError: the engine cannot be loaded, its endpoint refuses, or a video has changed.
        ComeBackLater: the journal cannot be written, or the engine says to ask later.
    """
    planned = PlannedQuestions(folder, model)
    if planned.model.card.memory and shard.count > 1:
        raise UserError(
            f"model '{model}' is told what it reported before, so one worker asks it in order: "
            "give it one shard."
        )
    journal = RunFolder(folder).journal(model)
    positions = missing(planned.file, read_index(journal), shard)
    first, end = shard.bounds(planned.file.total)
    done, failed = end - first - len(positions), 0
    advance(done, end - first)
    if not len(positions):
        return WorkResult(done, 0, 0, None)
    engine = LateEngine(lambda: load(planned.model.card, planned.rates), planned.recipes)
    with engine, JournalWriter(journal, shard.name) as writer:
        for record in _asked(folder, planned, positions.tolist(), engine, writer, stop):
            done += 1
            failed += isinstance(record.answer, Failure)
            advance(done, end - first)
    left = end - first - done
    return WorkResult(done - failed, failed, left, stop.reason if left else None)


def _asked(
    folder: Path,
    planned: PlannedQuestions,
    positions: list[int],
    engine: LateEngine,
    writer: JournalWriter,
    stop: Stop,
) -> Iterator[Record]:
    """Questions in any order, or half by half where the model has a memory."""
    spots = planned.model.card.memory
    if not spots:
        return ask(planned.questions(positions), engine, writer, stop)
    read = RecordReader(folder).read
    by_half = groupby(positions, lambda position: planned.file.line_of(position).first)
    chains = [planned.questions(list(of_half)) for _, of_half in by_half]
    known = read_histories(writer.path.parent, spots, read)
    return ask_in_order(chains, engine, writer, stop, known, read)
