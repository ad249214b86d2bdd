"""The format of a journal's records, and reading them.

A record is a newline, a checksum, a space, JSON and a newline. Because of the leading newline, a
record that is torn by a kill or a full disk damages only itself. Each writer has its own file, so
no locks are needed, on any file system. Beside each file lies an index (see `entries`).
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from sys import intern
from typing import Any

from touchline.models import Failure, FailureReason, Reply
from touchline.replies.journal.index_entries import Location
from touchline.video import Window

JOURNAL_SUFFIX = ".jsonl"

_DECIMALS = 4
"""Of a log-probability: finer than the precision of any engine."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a journal: the window that was asked about, and the answer.

    Attributes:
        window: the window that was asked about.
        first_frame: the number that the prompt gave to the window's first frame.
        answer: the reply, or the failure.
        told: the history of its earlier answers that was added to the prompt, or None.
    """

    window: Window
    first_frame: int
    answer: Reply | Failure
    told: str | None = None


def journal_files(folder: Path) -> list[Path]:
    """The files of a journal in the order in which they count; none if there is no folder."""
    return sorted(folder.glob(f"*{JOURNAL_SUFFIX}"))


def read_records(folder: Path) -> Iterator[Record]:
    """All records of a journal, file by file in the order of their names.

    Torn lines are skipped: their questions are missing and will be asked again. A question may
    have several records (see `JournalIndex`).

    Args:
        folder: the journal of one model; one that does not exist has no records.
    """
    for file in journal_files(folder):
        for record, _ in scan(file):
            yield record


def scan(file: Path, start: int = 0) -> Iterator[tuple[Record, Location]]:
    """The complete records of one file and their locations, from an offset on."""
    with file.open("rb") as lines:
        lines.seek(start)
        offset = start
        for line in lines:
            decoded = decode_record(line)
            if decoded is not None:
                record, at_ms = decoded
                yield record, Location(offset, len(line), at_ms)
            offset += len(line)


def encode_record(record: Record, at_ms: int) -> bytes:
    """The line of a record, with its leading newline.

    Args:
        record: the record.
        at_ms: when it is written, in Unix milliseconds.
    """
    text = json.dumps(
        {"at_ms": at_ms, **_to_json(record)}, ensure_ascii=False, separators=(",", ":")
    )
    content = text.encode(errors="surrogatepass")
    return b"\n%08x %s\n" % (zlib.crc32(content), content)


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


def decode_record(line: bytes) -> tuple[Record, int] | None:
    """The record of a line and when it was written in Unix ms, or None for an empty or torn line.

    The time is 0 in journals of the first version, which did not record it.
    """
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
        # The same few tokens occur in every reply: each text is kept once.
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
