"""The journal: every answer written down the moment it comes, once and for ever.

A record is a newline, a checksum, a space, JSON and a newline. The leading newline means that a
record torn by a kill or a full disk spoils only itself. Each writer has a file of its own, so no
locks are needed, on any file system. Beside it lies an index (see `journal_entries`).
"""

import json
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from sys import intern
from types import TracebackType
from typing import Any, Self

from touchline.errors import ComeBackLater
from touchline.files import sync_folder
from touchline.models import Failure, FailureReason, Reply
from touchline.replies.journal.entries import EntryWriter, Place
from touchline.video import Window

JOURNAL_SUFFIX = ".jsonl"

_DECIMALS = 4
"""Of a log-probability: finer than any engine's own precision."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a journal: a question's window and what came of it.

    Attributes:
        window: what was asked about.
        first_frame: the number that the prompt gave to the window's first frame.
        answer: the reply, or why there is none.
        told: what the model was told of its earlier answers, behind the prompt.
    """

    window: Window
    first_frame: int
    answer: Reply | Failure
    told: str | None = None


class JournalWriter:
    """Appends records to a file that is this writer's alone.

    Args:
        folder: the journal of one model; made if it is not there.
        shard: name of the part of the work, or of who does it.

    Raises:
        ComeBackLater: the disk is full or gone.

    Example:
        with JournalWriter(run / "replies" / "demo", shard="all") as journal:
            journal.write(record)
    """

    def __init__(self, folder: Path, shard: str) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path, self._handle = _new_file(folder, shard)
            self._entries = EntryWriter(self.path)
            sync_folder(folder)
        except OSError as error:
            raise _cannot_write(folder, error) from error
        self._size = 0

    def write(self, record: Record) -> None:
        """Writes one record and waits until it is on the disk.

        Raises:
            ComeBackLater: the disk is full or gone; what was written before is safe.
        """
        at_ms = time.time_ns() // 1_000_000
        values = {"at_ms": at_ms, **_to_json(record)}
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        content = text.encode(errors="surrogatepass")
        line = b"\n%08x %s\n" % (zlib.crc32(content), content)
        place = Place(self._size + 1, len(line) - 1, at_ms)
        try:
            self._append(line)
            os.fsync(self._handle)
        except OSError as error:
            raise _cannot_write(self.path, error) from error
        self._entries.write(record.answer, place)

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


def journal_files(folder: Path) -> list[Path]:
    """The files of a journal in the order in which they count; none where there is no folder."""
    return sorted(folder.glob(f"*{JOURNAL_SUFFIX}"))


def read_records(folder: Path) -> Iterator[Record]:
    """All records of a journal, file by file in the order of their names.

    Torn lines are passed over: their questions are missing and will be asked again. A question
    may stand more than once (see `JournalIndex`).

    Args:
        folder: the journal of one model; one that does not exist has no records.
    """
    for file in journal_files(folder):
        for record, _ in scan(file):
            yield record


def scan(file: Path, start: int = 0) -> Iterator[tuple[Record, Place]]:
    """The whole records of one file and where they lie, from a place in it on."""
    with file.open("rb") as lines:
        lines.seek(start)
        offset = start
        for line in lines:
            parsed = _parse(line)
            if parsed is not None:
                record, at_ms = parsed
                yield record, Place(offset, len(line), at_ms)
            offset += len(line)


def parse_record(line: bytes) -> Record | None:
    """The record of a line, or None for an empty or torn one."""
    parsed = _parse(line)
    return parsed and parsed[0]


def _cannot_write(path: Path, error: OSError) -> ComeBackLater:
    return ComeBackLater(
        f"the journal {path} cannot be written ({error.strerror}); nothing written "
        "before is lost: make room and run again."
    )


def _new_file(folder: Path, shard: str) -> tuple[Path, int]:
    """A file that did not exist, with the first attempt number that is free."""
    attempt = 0
    while True:
        path = folder / f"{shard}.{attempt:04d}{JOURNAL_SUFFIX}"
        try:
            return path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY, 0o644)
        except FileExistsError:
            attempt += 1


def _to_json(record: Record) -> dict[str, Any]:
    kind = "reply" if isinstance(record.answer, Reply) else "failure"
    answer = asdict(record.answer)
    if tokens := answer.pop("tokens", ()):
        answer["tokens"] = [(text, round(likely, _DECIMALS)) for text, likely in tokens]
    return {
        "window": asdict(record.window),
        "first_frame": record.first_frame,
        kind: answer,
    } | ({"told": record.told} if record.told else {})


def _parse(line: bytes) -> tuple[Record, int] | None:
    """The record of a line and when it was written; records of old do not say: 0."""
    checksum, _, text = line.strip().partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(text):
            return None
        values = json.loads(text)
    except ValueError:
        return None
    window = values["window"]
    answer: Reply | Failure
    if "reply" in values:
        # The same few tokens stand in every reply: their texts are kept once.
        tokens = tuple((intern(text), p) for text, p in values["reply"].get("tokens", ()))
        lowered = tuple(values["reply"].get("lowered", ()))
        answer = Reply(**{**values["reply"], "tokens": tokens, "lowered": lowered})
    else:
        failure = values["failure"]
        answer = Failure(**{**failure, "reason": FailureReason(failure["reason"])})
    record = Record(
        window=Window(**{**window, "frame_times_ms": tuple(window["frame_times_ms"])}),
        first_frame=values["first_frame"],
        answer=answer,
        told=values.get("told"),
    )
    return record, values.get("at_ms", 0)
