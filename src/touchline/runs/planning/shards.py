"""Parts of a model's questions, for workers that do not communicate.

A shard is a number and a count. Which questions it holds depends on the question file alone, never
on a device or on what is answered already. So a shard that is asked again, on another machine or
with half of it done, means the same windows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from touchline.errors import UserError
from touchline.replies import ANSWERED, JournalIndex, digests, read_index
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.question_index import Digests, QuestionFile, questions_of
from touchline.runs.run_folder import RunFolder, without_cell

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` stretches of equal length; the questions of a stretch follow each other.

    Attributes:
        number: from 0.
        count: how many there are.
    """

    number: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.number < self.count:
            raise UserError(
                f"shard {self.number}/{self.count} does not exist: shards are numbered from 0."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """A shard from its text, such as "3/16".

        Raises:
            UserError: the text is not of that form.
        """
        number, slash, count = text.partition("/")
        if not (slash and number.isdecimal() and count.isdecimal()):
            raise UserError(f"shard '{text}' is not of the form NUMBER/COUNT, such as 0/4.")
        return cls(int(number), int(count))

    @property
    def name(self) -> str:
        """Its part of the names of journal files."""
        return f"{self.number:04d}of{self.count:04d}"

    def bounds(self, total: int) -> tuple[int, int]:
        """Its first position, and the one after its last.

        >>> [Shard(number, 3).bounds(10) for number in range(3)]
        [(0, 3), (3, 6), (6, 10)]
        """
        return self.number * total // self.count, (self.number + 1) * total // self.count


def missing(
    file: QuestionFile,
    index: JournalIndex,
    shard: Shard | None = None,
    again: Collection[str] = (),
    elsewhere: Digests | None = None,
) -> Positions:
    """Positions of the questions without a reply, ascending; failures are among them.

    Args:
        file: the questions.
        index: of the model's journal.
        shard: which of them count; None for all.
        again: keys of questions that are asked although they have a reply.
        elsewhere: digests of questions that are asked as another model's (see `asked_before`).

    Returns:
        Shape (questions,). A question that is there twice, since two games share a video,
        counts once.
    """
    first, end = (shard or Shard()).bounds(file.total)
    positions, asked = [np.zeros(0, dtype=np.int64)], [digests(())]
    for line in file.lines:
        start, stop = max(0, first - line.first), min(line.count, end - line.first)
        if start >= stop:
            continue
        keys = file.half(line).keys[start:stop]
        open_ = index.states(keys) != ANSWERED
        if again:
            open_ |= np.fromiter((key in again for key in keys), dtype=bool, count=len(keys))
        if elsewhere is not None and len(elsewhere):
            open_ &= ~np.isin(digests(keys), elsewhere)
        positions.append(line.first + start + np.flatnonzero(open_))
        asked.append(digests(keys)[open_])
    every, digest = np.concatenate(positions), np.concatenate(asked)
    _, once = np.unique(digest, return_index=True)
    return every[np.sort(once)]


def open_positions(
    folder: Path, model: str, shard: Shard | None = None, again: Collection[str] = ()
) -> Positions:
    """Positions of the questions that a model of a run is still to be asked, ascending.

    Args:
        folder: the run.
        model: its name.
        shard: see `missing`.
        again: see `missing`.

    Raises:
        UserError: the run has not asked this model yet.
    """
    file, index = QuestionFile(folder, model), read_index(RunFolder(folder).journal(model))
    return missing(file, index, shard, again, asked_before(folder, model))


def asked_elsewhere(folder: Path, model: str, shard: Shard | None = None) -> int:
    """How many questions of a cell of a sweep have no reply and are asked as an earlier cell's."""
    if without_cell(model) == model:
        return 0
    file, index = QuestionFile(folder, model), read_index(RunFolder(folder).journal(model))
    return len(missing(file, index, shard)) - len(open_positions(folder, model, shard))


def asked_before(folder: Path, model: str) -> Digests:
    """Digests of the questions that earlier cells of a sweep share with a later one.

    They are asked once, as the first cell's.

    Args:
        folder: the run.
        model: its name; where it is not that of a cell, there are none.
    """
    shared = without_cell(model)
    if shared == model:
        return digests(())
    names = PlanFile.read(folder).model_names
    earlier = names[: names.index(model)] if model in names else []
    cells = [name for name in earlier if without_cell(name) == shared]
    return np.concatenate([digests(()), *(questions_of(folder, name) for name in cells)])


def missing_by_shard(folder: Path, model: str, count: int) -> list[int]:
    """How many questions of each of `count` shards have no reply yet.

    Raises:
        UserError: the run has not asked this model yet.
    """
    file, positions = QuestionFile(folder, model), open_positions(folder, model)
    edges = [Shard(number, count).bounds(file.total)[0] for number in range(count)]
    return [int(count) for count in np.diff(np.searchsorted(positions, [*edges, file.total]))]
