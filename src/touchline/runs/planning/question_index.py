"""`questions/<model>.jsonl`: the key and span of every question to a model, one line per half.

With this file, readings, spots and scores can be made again without the videos, and a run that is
resumed knows what it asked without making a million prompts again. A question is identified by its
position: its number among all questions of the file, from 0.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from touchline.errors import UserError
from touchline.files import whole_file
from touchline.replies import digests
from touchline.runs.run_folder import RunFolder
from touchline.seal import DamagedFileError, is_sealed, is_sound, seal

Digests = NDArray[np.bytes_]

_KEYS = b', "keys": ['


class HalfQuestions(BaseModel):
    """The questions about one half to one model; one line of the file.

    Attributes:
        game: id of the game.
        half: number of the half, from 1.
        keys: key of each question's reply, in order; the samples of a window follow each other.
        spans_ms: start and end of each question's window.
        samples: questions per window.
        made_from: hash of everything that the questions were made from; empty in the file of an
            old run.
        claims_ms: of a control of claims, the times of the model's claims of each question's
            window; empty for every other model.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    game: str
    half: int
    keys: tuple[str, ...]
    spans_ms: tuple[tuple[int, int], ...]
    samples: int = 1
    made_from: str = ""
    claims_ms: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class HalfLine:
    """Where the questions of a half are in the file, without the questions.

    Attributes:
        game: id of the game.
        half: number of the half, from 1.
        made_from: see `HalfQuestions`.
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


MADE_OF_RUNS = (
    "was fused from other runs and has no replies of its own: change those runs, and fuse them "
    "again with touchline fuse"
)
"""What to say where a run without questions is given to what needs replies."""


class QuestionFile:
    """The questions to one model; halves are read one at a time.

    Args:
        folder: the run.
        model: name of the model.

    Raises:
        DamagedFileError: the file is not as it was written.
        UserError: the run has not asked this model yet.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self.path = RunFolder(folder).questions(model)
        if not self.path.is_file():
            if RunFolder(folder).is_run and not RunFolder(folder).has_questions:
                raise UserError(f"run {folder} {MADE_OF_RUNS}.")
            raise UserError(
                f"run {folder} has not asked model '{model}' yet: start it with touchline run."
            )
        self.lines = tuple(_lines(self.path, f"touchline run {folder}"))
        self._firsts = [line.first for line in self.lines]

    @property
    def total(self) -> int:
        """How many questions there are."""
        return self.lines[-1].first + self.lines[-1].count if self.lines else 0

    def line_of(self, position: int) -> HalfLine:
        """The half that a question belongs to."""
        return self.lines[bisect_right(self._firsts, position) - 1]

    def line_about(self, game: str, half: int) -> HalfLine:
        """The line of a half that the model was asked about."""
        return next(line for line in self.lines if (line.game, line.half) == (game, half))

    def half(self, line: HalfLine) -> HalfQuestions:
        """The questions of a half."""
        with self.path.open("rb") as file:
            file.seek(line.offset)
            return HalfQuestions.model_validate_json(file.readline())

    def halves(self) -> Iterator[HalfQuestions]:
        """All halves in order, one in memory at a time."""
        with self.path.open("rb") as file:
            yield from map(HalfQuestions.model_validate_json, file)


def write_questions(folder: Path, model: str, halves: Iterable[HalfQuestions]) -> None:
    """Writes the questions to a model, half by half."""
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
                **({"claims_ms": half.claims_ms} if half.claims_ms else {}),
            }
            file.write(seal(json.dumps(values)).encode() + b"\n")


def sound_halves(path: Path) -> dict[tuple[str, int], HalfQuestions]:
    """The halves of a question file whose lines are as they were written, by game and number."""
    found: dict[tuple[str, int], HalfQuestions] = {}
    with path.open("rb") as file:
        for line in file:
            if is_sealed(line.rstrip()):
                half = HalfQuestions.model_validate_json(line)
                found[half.game, half.half] = half
    return found


def questions_of(folder: Path, model: str) -> Digests:
    """Digests of the stored questions of a run for a model, shape (questions,)."""
    if not RunFolder(folder).questions(model).is_file():
        return digests(())
    try:
        found = [digests(half.keys) for half in QuestionFile(folder, model).halves()]
    except DamagedFileError:  # it is about to be made again
        halves = sound_halves(RunFolder(folder).questions(model)).values()
        found = [digests(half.keys) for half in halves]
    return np.concatenate([digests(()), *found])


def _lines(path: Path, command: str) -> Iterator[HalfLine]:
    offset = first = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                half = _head(line, first, offset)
            except (ValueError, KeyError, TypeError):
                raise DamagedFileError(
                    f"{path}, line {number} is damaged: make it again with `{command}`."
                ) from None
            yield half
            first += half.count
            offset += len(line)


def _head(line: bytes, first: int, offset: int) -> HalfLine:
    text = line.rstrip()
    if not is_sound(text) or not text.endswith(b"}"):
        raise ValueError
    # What comes before the keys is enough; parsing a million keys takes seconds.
    head: dict[str, Any] = json.loads(line[: line.index(_KEYS)] + b"}")
    count = head.get("count")
    if count is None:  # the file of an old run
        count = len(HalfQuestions.model_validate_json(line).keys)
    return HalfLine(head["game"], head["half"], head.get("made_from", ""), first, count, offset)
