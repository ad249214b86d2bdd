"""A worker: asks a part of one model's questions and writes the answers down."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from touchline.models import Card, Engine, Failure, Rates, load_engine
from touchline.replies.journal import JournalWriter
from touchline.replies.journal_index import read_index
from touchline.runs.ask import LateEngine, ask
from touchline.runs.folder import journal_folder
from touchline.runs.planned import PlannedQuestions
from touchline.runs.shards import Shard, missing
from touchline.runs.stopping import Stop

LoadEngine = Callable[[Card, Rates | None], Engine]
Advance = Callable[[int, int], None]
"""Called with how many windows are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Worked:
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
    advance: Advance | None = None,
    load: LoadEngine = load_engine,
) -> Worked:
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
    journal = journal_folder(folder, model)
    positions = missing(planned.file, read_index(journal), shard)
    first, end = shard.bounds(planned.file.total)
    done, failed = end - first - len(positions), 0
    tell = advance or (lambda _done, _total: None)
    tell(done, end - first)
    if not len(positions):
        return Worked(done, 0, 0, None)
    engine = LateEngine(lambda: load(planned.model.card, planned.rates))
    with engine, JournalWriter(journal, shard.name) as writer:
        for record in ask(planned.questions(positions.tolist()), engine, writer, stop):
            done += 1
            failed += isinstance(record.answer, Failure)
            tell(done, end - first)
    left = end - first - done
    return Worked(done - failed, failed, left, stop.reason if left else None)
