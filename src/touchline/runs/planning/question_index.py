"""`questions/<model>.jsonl`: the key and span of every question to a model, one line a half.

With this file, everything to the right of the replies can be made again without the videos, and a
run that goes on knows what it asked without making a million prompts again. A question is known
by its position: its number among all questions of the file, from 0.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import whole_file
from touchline.runs.run_folder import RunFolder

_KEYS = b', "keys": ['


@dataclass(frozen=True, slots=True)
class PlannedHalf:
    """One half as one model is asked about it.

    Attributes:
        game: id of the game.
        half: 1 or 2.
        keys: key of each question's reply, in order; the samples of a window follow each other.
        spans_ms: start and end of each question's window.
        samples: questions a window.
        made_from: hash of everything that the questions were made from; empty where a run of
            old does not say.
    """

    game: str
    half: int
    keys: tuple[str, ...]
    spans_ms: tuple[tuple[int, int], ...]
    samples: int = 1
    made_from: str = ""


@dataclass(frozen=True, slots=True)
class HalfLine:
    """Where the questions of a half stand, without the questions.

    Attributes:
        game: id of the game.
        half: 1 or 2.
        made_from: see `PlannedHalf`.
        first: position of its first question.
        count: how many questions it has.
        offset: of its line in the file, in bytes.
    """

    game: str
    half: int
    made_from: str
    first: int
    count: int
    offset: int


class QuestionFile:
    """The questions to one model; only what is asked for is read.

    Args:
        folder: the run.
        model: its name.

    Raises:
        UserError: the run was never started for this model.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self.path = RunFolder(folder).questions(model)
        if not self.path.is_file():
            raise UserError(f"run {folder} has not begun to ask model '{model}': touchline run it.")
        self.lines = tuple(_lines(self.path))
        self._firsts = [line.first for line in self.lines]

    @property
    def total(self) -> int:
        """How many questions there are."""
        return self.lines[-1].first + self.lines[-1].count if self.lines else 0

    def line_of(self, position: int) -> HalfLine:
        """The half that a question belongs to."""
        return self.lines[bisect_right(self._firsts, position) - 1]

    def half(self, line: HalfLine) -> PlannedHalf:
        """The questions of a half."""
        with self.path.open("rb") as file:
            file.seek(line.offset)
            return _planned(file.readline())

    def halves(self) -> Iterator[PlannedHalf]:
        """All halves in order, one in memory at a time."""
        with self.path.open("rb") as file:
            yield from map(_planned, file)


def write_questions(folder: Path, model: str, halves: Iterable[PlannedHalf]) -> None:
    """Writes down which questions make up a run, half by half."""
    with whole_file(RunFolder(folder).questions(model)) as file:
        for half in halves:
            values = {
                "game": half.game,
                "half": half.half,
                "samples": half.samples,
                "made_from": half.made_from,
                "count": len(half.keys),
                "keys": half.keys,
                "spans_ms": half.spans_ms,
            }
            file.write(json.dumps(values).encode() + b"\n")


def _lines(path: Path) -> Iterator[HalfLine]:
    offset = first = 0
    with path.open("rb") as file:
        for line in file:
            # What stands before the keys is enough; parsing a million keys takes seconds.
            head: dict[str, Any] = json.loads(line[: line.index(_KEYS)] + b"}")
            count = head["count"] if "count" in head else len(_planned(line).keys)
            made_from = head.get("made_from", "")
            yield HalfLine(head["game"], head["half"], made_from, first, count, offset)
            first += count
            offset += len(line)


def _planned(line: bytes) -> PlannedHalf:
    values = json.loads(line)
    return PlannedHalf(
        game=values["game"],
        half=values["half"],
        keys=tuple(values["keys"]),
        spans_ms=tuple((start, end) for start, end in values["spans_ms"]),
        samples=values.get("samples", 1),
        made_from=values.get("made_from", ""),
    )
