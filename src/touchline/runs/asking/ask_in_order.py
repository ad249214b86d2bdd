"""Asks a model that is told what it reported last: each half in order, a few halves at a time."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import islice, zip_longest
from pathlib import Path

from touchline.prompts import ReportedEvent, history_text
from touchline.replies import JournalWriter, Reading, Record, read_records
from touchline.runs.asking.ask import LazyEngine, RecordGuard, ask
from touchline.runs.asking.stop import Stop
from touchline.runs.planning.question_builder import Question
from touchline.spots import MergeSettings, merge_readings

_WINDOWS_MERGED = 32
"""Readings with events that the last spots are made from: more than ever overlap."""
_HALVES_AT_A_TIME = 4
"""As many as there are open frame stores."""

HalfId = tuple[str, int]
"""The id of a game and the number of the half."""
Read = Callable[[Record], Reading]
"""Reads an answer (see `RecordReader`)."""


class History:
    """What a model reported in one half, as far as it has been asked.

    Args:
        spots: how many of its last spots the model is told.
    """

    def __init__(self, spots: int) -> None:
        self._spots = spots
        self._readings: list[Reading] = []

    def add(self, reading: Reading) -> None:
        """Adds one answer, at its place in the half; one without events is not kept."""
        if reading.detections:
            at = bisect_left(self._readings, reading.window.start_ms, key=_start_ms)
            self._readings.insert(at, reading)

    def events_before(self, start_ms: int) -> list[ReportedEvent]:
        """The last spots of what was reported, in order of time.

        Args:
            start_ms: where the next window begins; windows that begin later do not count, so
                that a window that is asked again is told nothing of what came after it.
        """
        end = bisect_left(self._readings, start_ms, key=_start_ms)
        spots = merge_readings(self._readings[max(0, end - _WINDOWS_MERGED) : end], MergeSettings())
        return [
            ReportedEvent(spot.label, spot.team, spot.position_ms) for spot in spots[-self._spots :]
        ]


def read_histories(
    folder: Path, spots: int, read: Read, keys: Container[str]
) -> defaultdict[HalfId, History]:
    """The history of each half, from the journal of a model.

    Args:
        folder: the journal.
        spots: how many spots the model is told.
        read: reads an answer.
        keys: of the questions that count; others are of another prompt or sampling.
    """
    histories: defaultdict[HalfId, History] = defaultdict(lambda: History(spots))
    for record in read_records(folder):
        if record.answer.key not in keys:
            continue
        histories[record.window.game, record.window.half].add(read(record))
    return histories


def ask_in_order(
    halves: Iterable[Iterable[Question]],
    engine: LazyEngine,
    journal: JournalWriter,
    stop: Stop,
    histories: Mapping[HalfId, History],
    read: Read,
    guard: RecordGuard | None = None,
) -> Iterator[Record]:
    """Asks the next window of each of a few halves at a time, with the history of its half.

    Args:
        halves: the open questions of each half, in order.
        engine: answers.
        journal: every answer is written to it.
        stop: ends it early.
        histories: what was reported before, by half.
        read: reads an answer.
        guard: see `touchline.runs.asking.ask.ask`.

    Yields:
        The record of each question.

    Raises:
        UserError: see `touchline.runs.asking.ask.ask`.
        ComeBackLater: see `touchline.runs.asking.ask.ask`.
    """
    waiting = iter(halves)
    while together := list(islice(waiting, _HALVES_AT_A_TIME)):
        for next_of_each in zip_longest(*together):
            if stop.reason is not None:
                return
            questions = [
                _with_history(question, histories[question.window.game, question.window.half])
                for question in next_of_each
                if question is not None
            ]
            for record in ask(questions, engine, journal, stop, guard):
                histories[record.window.game, record.window.half].add(read(record))
                yield record


def _start_ms(reading: Reading) -> int:
    return reading.window.start_ms


def _with_history(question: Question, history: History) -> Question:
    start_ms = question.window.start_ms
    return question.with_history(history_text(history.events_before(start_ms), start_ms))
