"""The index of a whole journal: which questions are answered, and where the replies are.

A million and a half replies with their tokens are gigabytes; their entries are a hundred
megabytes, and the replies of a half are read when they are needed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from touchline.models import Ending, ending_of
from touchline.replies.journal.index_entries import (
    ANSWERED,
    ENTRY,
    Entries,
    digests,
    entry,
    index_path,
    read_entries,
    rounds_of,
    states_of,
)
from touchline.replies.journal.records import (
    Record,
    decode_record,
    journal_files,
    scan,
)
from touchline.seal import content_of

_FINISH_REASON = re.compile(rb'"finish_reason":"([^"\\]{1,64})"')
"""In a record; a reply's text cannot contain it, since its quotation marks are escaped there."""

Ints = NDArray[np.int64]
Digests = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class JournalIndex:
    """One entry per question: the first reply of its last answered round, else its last failure.

    Attributes:
        files: the files of the journal, in the order in which they count.
        entries: of all records, file by file.
        file_of: number of each entry's file.
        chosen: the entries that count, one per question, sorted by question.
        conflicts: how many later replies differ from the first one of the same round; greedy
            answers of one model may differ between machines.
        unreadable: places in the files that hold no record that can be read, such as torn lines;
            their windows are asked again.
    """

    files: tuple[Path, ...]
    entries: Entries
    file_of: NDArray[np.uint32]
    chosen: Ints
    conflicts: int
    unreadable: int
    _high: Digests
    _low: Digests

    def find(self, keys: Sequence[str]) -> Ints:
        """The entry that counts for each key, -1 where there is none; shape (keys,)."""
        high, low = _digest_columns(digests(keys))
        found = np.full(len(high), -1, dtype=np.int64)
        last = len(self.chosen) - 1
        at = np.searchsorted(self._high, high)
        open_: Ints = np.flatnonzero(at <= last)
        while len(open_):
            here = at[open_]
            same = self._high[here] == high[open_]
            hit = same & (self._low[here] == low[open_])
            found[open_[hit]] = self.chosen[here[hit]]
            # Two questions may share the first half of their digests; the next entry is tried.
            open_ = open_[same & ~hit & (here < last)]
            at[open_] += 1
        return found

    def states(self, keys: Sequence[str]) -> NDArray[np.uint32]:
        """0, FAILED or ANSWERED for each key, shape (keys,)."""
        found = self.find(keys)
        states = np.zeros(len(found), dtype=np.uint32)
        states[found >= 0] = states_of(self.entries[found[found >= 0]])
        return states

    def rounds(self, keys: Sequence[str]) -> NDArray[np.uint32]:
        """The round of the entry that counts for each key, 0 where there is none; shape (keys,)."""
        found = self.find(keys)
        rounds = np.zeros(len(found), dtype=np.uint32)
        rounds[found >= 0] = rounds_of(self.entries[found[found >= 0]])
        return rounds

    def records(self, keys: Sequence[str]) -> dict[str, Record]:
        """The records of some questions, by key; read from the files, in their order."""
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
                decoded = decode_record(content.read(int(self.entries["length"][place])))
                if decoded is None or decoded[0].answer.key != key:
                    # The index does not match the journal: the next reader scans the journal.
                    index_path(file).unlink(missing_ok=True)
                else:
                    found[key] = decoded[0]
        return found


def read_index(folder: Path) -> JournalIndex:
    """The index of a journal.

    Args:
        folder: the journal of one model; one that does not exist has no entries.
    """
    files = journal_files(folder)
    parts = [_entries_of(file) for file in files]
    file_of = np.repeat(np.arange(len(parts), dtype=np.uint32), [len(part) for part in parts])
    entries = np.concatenate([np.zeros(0, dtype=ENTRY), *parts])
    high, low = _digest_columns(entries["digest"])
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
        unreadable=sum(_gaps(file, part) for file, part in zip(files, parts, strict=True)),
        _high=high[is_first],
        _low=low[is_first],
    )


@dataclass(frozen=True, slots=True)
class JournalCheck:
    """What was found wrong in a journal; all of it is asked again.

    Attributes:
        damaged: records that are not as they were written.
        stumps: replies that an error ended, and that an earlier version took for answers.
    """

    damaged: int
    stumps: int


def check_journal(folder: Path) -> JournalCheck:
    """Reads every record that has an entry, and compares it with its checksum.

    The index of a file in which something is wrong is deleted: it is then made from the file,
    without damaged records and with stumps as failures, so that their windows are asked again.

    Args:
        folder: the journal of one model; one that does not exist has no records.
    """
    damaged = stumps = 0
    for file in journal_files(folder):
        entries = read_entries(file)
        answered = (states_of(entries) == ANSWERED).tolist()
        places = zip(entries["offset"].tolist(), entries["length"].tolist(), answered, strict=True)
        broken = ended = 0
        with file.open("rb") as content:
            for offset, length, is_answer in places:
                line = _line_at(content, offset, length)
                if content_of(line) is None:
                    broken += 1
                elif is_answer:
                    ended += _is_stump(line)
        if broken or ended:
            index_path(file).unlink(missing_ok=True)
        damaged, stumps = damaged + broken, stumps + ended
    return JournalCheck(damaged, stumps)


def _is_stump(line: bytes) -> bool:
    """Whether the record of a line is a reply that an error ended."""
    named = _FINISH_REASON.search(line)
    return named is not None and _ends_in_error(named[1])


@lru_cache
def _ends_in_error(finish_reason: bytes) -> bool:
    return ending_of(finish_reason.decode(errors="replace")) is Ending.FAILED


def _line_at(content: BinaryIO, offset: int, length: int) -> bytes:
    content.seek(offset)
    return content.read(length)


def _entries_of(file: Path) -> Entries:
    """The entries of a file: those of its index, and those of the records after its last one."""
    known = read_entries(file)
    end = int(known[-1]["offset"] + known[-1]["length"]) if len(known) else 0
    scanned = [entry(record.answer, at, record.round) for record, at in scan(file, end)]
    return np.concatenate([known, *scanned]) if scanned else known


def _gaps(file: Path, entries: Entries) -> int:
    """Stretches between records that hold more than the newline before each; so does a torn end.

    What stands behind the last newline may be a record that is being written now.
    """
    starts = entries["offset"].astype(np.int64)
    ends = starts + entries["length"]
    between = int(((starts - np.concatenate([[0], ends[:-1]])) > 1).sum()) if len(entries) else 0
    with file.open("rb") as content:
        content.seek(int(ends[-1]) if len(entries) else 0)
        return between + bool(content.read().rpartition(b"\n")[0].strip())


def _rank(entries: Entries) -> Ints:
    """Which of a question's entries counts: replies before failures, the first reply of the last
    round, the last of the failures.
    """
    order = np.arange(len(entries))
    rounds = rounds_of(entries).astype(np.int64)
    answered = order - rounds * 2 * len(entries)
    return np.where(states_of(entries) == ANSWERED, answered, 2 * len(entries) - order)


def _conflicts(entries: Entries, by_question: Ints, chosen_of: Ints) -> int:
    text_hash, answered = entries["text_hash"], states_of(entries) == ANSWERED
    rounds = rounds_of(entries)
    differs = text_hash[by_question] != text_hash[chosen_of]
    same_round = rounds[by_question] == rounds[chosen_of]
    return int((answered[by_question] & differs & same_round).sum())


def _digest_columns(digest: NDArray[np.bytes_]) -> tuple[Digests, Digests]:
    """Digests as two integers each, which sort and compare faster than bytes."""
    halves = np.ascontiguousarray(digest).view(">u8").reshape(-1, 2).astype(np.uint64)
    return halves[:, 0], halves[:, 1]
