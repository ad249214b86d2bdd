"""What a journal knows, in little memory: which questions are answered, and where the replies lie.

A million and a half replies with their tokens are gigabytes; their entries are a hundred
megabytes, and a half's replies are read when the half is wanted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.replies.journal.entries import (
    ANSWERED,
    ENTRY,
    Entries,
    digests,
    entry,
    index_path,
    read_entries,
)
from touchline.replies.journal.records import Record, journal_files, parse_record, scan

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class JournalIndex:
    """One entry a question: its first reply, else its last failure.

    Attributes:
        files: the files of the journal, in the order in which they count.
        entries: all that was written down, file by file.
        file_of: number of each entry's file.
        chosen: the entries that count, one a question, sorted by question.
        conflicts: how many further replies say something else than the first; greedy answers
            of one model may differ between machines.
    """

    files: tuple[Path, ...]
    entries: Entries
    file_of: NDArray[np.uint32]
    chosen: Ints
    conflicts: int
    _high: Words
    _low: Words

    def find(self, keys: Sequence[str]) -> Ints:
        """Which entry counts for each key, -1 where none does; shape (keys,)."""
        high, low = _words(digests(keys))
        found = np.full(len(high), -1, dtype=np.int64)
        last = len(self.chosen) - 1
        at = np.searchsorted(self._high, high)
        open_ = np.flatnonzero(at <= last)
        while len(open_):
            here, wanted = at[open_], open_
            same = self._high[here] == high[wanted]
            hit = same & (self._low[here] == low[wanted])
            found[wanted[hit]] = self.chosen[here[hit]]
            # Two questions may share the first half of their digests; the next entry is asked.
            open_ = wanted[same & ~hit & (here < last)]
            at[open_] += 1
        return found

    def states(self, keys: Sequence[str]) -> NDArray[np.uint32]:
        """0, FAILED or ANSWERED for each key, shape (keys,)."""
        found = self.find(keys)
        states = np.zeros(len(found), dtype=np.uint32)
        states[found >= 0] = self.entries["state"][found[found >= 0]]
        return states

    def records(self, keys: Sequence[str]) -> dict[str, Record]:
        """What came of each of some questions, by key; read from the files, in their order."""
        places = self.find(keys).tolist()
        known = sorted((at, key) for at, key in zip(places, keys, strict=True) if at >= 0)
        found: dict[str, Record] = {}
        for number, here in groupby(known, lambda one: int(self.file_of[one[0]])):
            found |= self._read(self.files[number], here)
        return found

    def _read(self, file: Path, here: Iterable[tuple[int, str]]) -> dict[str, Record]:
        found = {}
        with file.open("rb") as content:
            for place, key in here:
                content.seek(int(self.entries["offset"][place]))
                record = parse_record(content.read(int(self.entries["length"][place])))
                if record is None or record.answer.key != key:
                    # The index promises what the journal does not hold: whoever comes next scans.
                    index_path(file).unlink(missing_ok=True)
                else:
                    found[key] = record
        return found


def read_index(folder: Path) -> JournalIndex:
    """What a journal knows.

    Args:
        folder: the journal of one model; one that does not exist knows nothing.
    """
    files = journal_files(folder)
    parts = [_entries_of(file) for file in files]
    file_of = np.repeat(np.arange(len(parts), dtype=np.uint32), [len(part) for part in parts])
    entries = np.concatenate([np.zeros(0, dtype=ENTRY), *parts])
    del parts
    high, low = _words(entries["digest"])
    by_question = np.lexsort((_rank(entries), low, high))
    high, low = high[by_question], low[by_question]
    is_first = np.ones(len(high), dtype=bool)
    is_first[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    chosen = by_question[is_first]
    return JournalIndex(
        files=tuple(files),
        entries=entries,
        file_of=file_of,
        chosen=chosen,
        conflicts=_conflicts(entries, by_question, chosen[np.cumsum(is_first) - 1]),
        _high=high[is_first],
        _low=low[is_first],
    )


def _entries_of(file: Path) -> Entries:
    """The entries of a file: those of its index, and those of the records behind its last."""
    known = read_entries(file)
    end = int(known[-1]["offset"] + known[-1]["length"]) if len(known) else 0
    behind = [entry(record.answer, place) for record, place in scan(file, end)]
    return np.concatenate([known, *behind]) if behind else known


def _rank(entries: Entries) -> Ints:
    """Which of a question's entries counts: replies before failures, the first of the replies,
    the last of the failures.
    """
    order = np.arange(len(entries))
    return np.where(entries["state"] == ANSWERED, order, 2 * len(entries) - order)


def _conflicts(entries: Entries, by_question: Ints, chosen_of: Ints) -> int:
    said, answered = entries["said"], entries["state"] == ANSWERED
    return int((answered[by_question] & (said[by_question] != said[chosen_of])).sum())


def _words(digest: NDArray[np.bytes_]) -> tuple[Words, Words]:
    """Digests as two numbers each, which sort and compare faster than bytes."""
    words = np.ascontiguousarray(digest).view(">u8").reshape(-1, 2).astype(np.uint64)
    return words[:, 0], words[:, 1]
