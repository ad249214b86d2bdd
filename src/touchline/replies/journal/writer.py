"""Writing a journal: every answer is on the disk before the next question counts as answered."""

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from touchline.errors import ComeBackLater
from touchline.files import file_error, make_folder, sync_folder
from touchline.replies.journal.index_entries import EntryWriter, Location
from touchline.replies.journal.records import JOURNAL_SUFFIX, Record, encode_record


class JournalWriter:
    """Appends records to a file that no other writer uses.

    Args:
        folder: the journal of one model; made if it does not exist.
        shard: name of the part of the work, or of the worker.
        rounds: the round of the records of windows that are asked again, by key; others have 0.

    Raises:
        ComeBackLater: the disk is full or not available.

    Example:
        with JournalWriter(run / "replies" / "demo", shard="all") as journal:
            journal.write(record)
    """

    def __init__(self, folder: Path, shard: str, rounds: Mapping[str, int] | None = None) -> None:
        try:
            make_folder(folder)
            self.path, self._handle = _new_file(folder, shard)
            self._entries = EntryWriter(self.path)
            sync_folder(folder)
        except OSError as error:
            raise _cannot_write(folder, error) from error
        self._size = 0
        self._rounds = {} if rounds is None else rounds

    def write(self, record: Record) -> None:
        """Writes one record and waits until it is on the disk.

        Raises:
            ComeBackLater: the disk is full or not available; earlier records are safe.
        """
        if asked_again := self._rounds.get(record.answer.key):
            record = replace(record, round=asked_again)
        at_ms = time.time_ns() // 1_000_000
        line = encode_record(record, at_ms)
        location = Location(self._size + 1, len(line) - 1, at_ms)
        try:
            self._append(line)
            os.fsync(self._handle)
        except OSError as error:
            raise _cannot_write(self.path, error) from error
        self._entries.write(record.answer, location, record.round)

    def close(self) -> None:
        """Closes the file."""
        os.close(self._handle)
        self._entries.close()

    def _append(self, line: bytes) -> None:
        written = 0
        while written < len(line):
            count = os.write(self._handle, line[written:])
            written += count
            self._size += count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _cannot_write(path: Path, error: OSError) -> ComeBackLater:
    what = f"the journal {path} cannot be written"
    told = file_error(error, what) or f"{what} ({error.strerror}): run again."
    return ComeBackLater(f"{told}")


def _new_file(folder: Path, shard: str) -> tuple[Path, int]:
    """A new file, with the first attempt number that is free."""
    attempt = 0
    while True:
        path = folder / f"{shard}.{attempt:04d}{JOURNAL_SUFFIX}"
        try:
            return path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY, 0o666)
        except FileExistsError:
            attempt += 1
