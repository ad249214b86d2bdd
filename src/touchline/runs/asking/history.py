"""Asking a model that is told what it reported last: each half in order, a few halves at a time."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, zip_longest
from pathlib import Path

from touchline.prompts import ReportedEvent, Text, history_text
from touchline.replies import JournalWriter, Reading, Record, read_records
from touchline.runs.asking.ask import LateEngine, ask
from touchline.runs.asking.stop import Stop
from touchline.runs.planning.question_builder import Question
from touchline.spots import MergeSettings, merge_readings

_WINDOWS_MERGED = 32
"""Readings with events that the last spots are made from: more than ever overlap."""
_SIDE_BY_SIDE = 4
"""Halves asked at a time: as many as there are open frame stores."""

Half = tuple[str, int]
"""A game's id and the number of the half."""
Read = Callable[[Record], Reading]


class History:
    """What a model reported in one half, as far as it has been asked.

    Args:
        spots: how many of the last ones are told.
    """

    def __init__(self, spots: int) -> None:
        self._spots = spots
        self._readings: list[Reading] = []

    def hear(self, reading: Reading) -> None:
        """Takes in one answer, at its place in the half; what reports nothing takes no place."""
        if reading.detections:
            at = bisect_left(self._readings, reading.window.start_ms, key=_start_ms)
            self._readings.insert(at, reading)

    def seen(self, start_ms: int) -> list[ReportedEvent]:
        """The last spots of what was reported, in order of time.

        Args:
            start_ms: of the window to be asked; windows that begin later do not count, so that
                a window asked again is told nothing of what came after it.
        """
        end = bisect_left(self._readings, start_ms, key=_start_ms)
        spots = merge_readings(self._readings[max(0, end - _WINDOWS_MERGED) : end], MergeSettings())
        return [
            ReportedEvent(spot.label, spot.team, spot.position_ms) for spot in spots[-self._spots :]
        ]


def read_histories(folder: Path, spots: int, read: Read) -> defaultdict[Half, History]:
    """The memory of each half, from what the journal of a model knows.

    Args:
        folder: the journal.
        spots: how many spots are told.
        read: reads an answer (see `RecordReader`).
    """
    known: defaultdict[Half, History] = defaultdict(lambda: History(spots))
    for record in read_records(folder):
        known[record.window.game, record.window.half].hear(read(record))
    return known


def ask_in_order(
    chains: Iterable[Iterable[Question]],
    engine: LateEngine,
    journal: JournalWriter,
    stop: Stop,
    known: Mapping[Half, History],
    read: Read,
) -> Iterator[Record]:
    """Asks the next window of each of a few halves at a time, with the memory of its half.

    Args:
        chains: the open questions of each half, in order.
        engine: who answers.
        journal: where answers are written down.
        stop: ends it early.
        known: what was reported before.
        read: reads an answer (see `RecordReader`).

    Yields:
        What came of each question.

    Raises:
        UserError: see `touchline.runs.asking.ask.ask`.
        ComeBackLater: see `touchline.runs.asking.ask.ask`.
    """
    waiting = iter(chains)
    while together := list(islice(waiting, _SIDE_BY_SIDE)):
        for asked in zip_longest(*together):
            if stop.reason is not None:
                return
            reminded = [
                _reminded(one, known[one.window.game, one.window.half])
                for one in asked
                if one is not None
            ]
            for record in ask(reminded, engine, journal, stop):
                known[record.window.game, record.window.half].hear(read(record))
                yield record


def _start_ms(reading: Reading) -> int:
    return reading.window.start_ms


def _reminded(one: Question, memory: History) -> Question:
    told = history_text(memory.seen(one.window.start_ms), one.window.start_ms)
    if told is None:
        return one
    messages = replace(one.messages, parts=(*one.messages.parts, Text(told)))
    return replace(one, messages=messages, told=told)
