"""What a model's replies say, read half by half: a journal may be larger than the memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from touchline.models import Reply
from touchline.replies import Reading, Record, failed_reading, read_index
from touchline.runs.asking.watching.served_rows import ServedRow
from touchline.runs.planning.question_index import HalfQuestions, QuestionFile
from touchline.runs.results.read_record import RecordReader
from touchline.runs.run_folder import RunFolder
from touchline.video import Window


@dataclass(frozen=True, slots=True)
class ReadHalf:
    """One half as a model answered it.

    Attributes:
        planned: its questions.
        records: their records, by key; a question that was never asked has none.
        readings: one a question, in order; what was never asked counts as failed.
    """

    planned: HalfQuestions
    records: Mapping[str, Record]
    readings: tuple[Reading, ...]


class ModelReplies:
    """The replies of one model of a run.

    Attributes:
        questions: the index of what it was asked.
        index: of its journal.

    Args:
        folder: the run.
        model: its name.
        row: whose replies alone count, where several rows share the model's; None for all.

    Raises:
        UserError: the run was never started for this model.
    """

    def __init__(self, folder: Path, model: str, row: ServedRow | None = None) -> None:
        self.questions = QuestionFile(folder, model)
        self.index = read_index(RunFolder(folder).journal(model))
        self._reader, self._row = RecordReader(folder), row

    def halves(self) -> Iterator[ReadHalf]:
        """All halves in order, one in memory at a time."""
        return map(self._read, self.questions.halves())

    def half(self, game: str, number: int) -> ReadHalf | None:
        """One half, or None where the model was not asked about it."""
        for line in self.questions.lines:
            if (line.game, line.half) == (game, number):
                return self._read(self.questions.half(line))
        return None

    def readings(self) -> Iterator[Reading]:
        """The readings of all halves, in order."""
        return (reading for half in self.halves() for reading in half.readings)

    def _read(self, planned: HalfQuestions) -> ReadHalf:
        records = self.index.records(planned.keys)
        readings = tuple(_readings(planned, records, self._reader, self._row))
        if self._row is not None:
            records = {key: one for key, one in records.items() if _is_of(self._row, one)}
        return ReadHalf(planned, records, readings)


def _is_of(row: ServedRow, record: Record) -> bool:
    """Whether a record belongs to a row; a failure belongs to the first of several."""
    return row.counts(record.answer) if isinstance(record.answer, Reply) else row.is_first


def _readings(
    half: HalfQuestions,
    records: Mapping[str, Record],
    reader: RecordReader,
    row: ServedRow | None,
) -> Iterator[Reading]:
    total = len(half.keys) // half.samples
    for place, (key, (start_ms, end_ms)) in enumerate(zip(half.keys, half.spans_ms, strict=True)):
        record = records.get(key)
        times = record.window.frame_times_ms if record else ()
        index = place // half.samples
        window = Window(half.game, half.half, index, total, start_ms, end_ms, times)
        if record is None:
            yield failed_reading(window, "not asked yet")
        elif row and isinstance(record.answer, Reply) and not row.counts(record.answer):
            who = record.answer.served.identity or row.entry.name
            yield failed_reading(window, f"answered by {who}, in a row of its own")
        else:
            yield reader.read(record, window)
