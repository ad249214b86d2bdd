"""The format of a journal's records, and reading them.

A record is JSON on a line with a checksum (see `seal`). Each writer has its own file, so
no locks are needed, on any file system. Beside each file lies an index (see `entries`).
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from sys import intern
from typing import Any

from touchline.errors import UserError
from touchline.models import Failure, Reply, ServedBy
from touchline.replies.journal.index_entries import Location
from touchline.seal import checked_line, content_of
from touchline.video import Window

JOURNAL_SUFFIX = ".jsonl"

_DECIMALS = 4
"""Of a log-probability: finer than the precision of any engine."""

_LARGEST = 2**53
"""Of any whole number of a record: what JSON readers agree about."""

_NO_NUMBERS = {"game", "frame_times_ms"}
"""Of the fields of a window."""

_OMITTED_WHERE_EMPTY = (
    "served",
    "cached_tokens",
    "reasoning_tokens",
    "other_fields",
    "unusable",
)
"""Fields of replies that older versions did not write, nor do today's where they say nothing."""

_REPLY_FIELDS = frozenset(field.name for field in fields(Reply))
_FAILURE_FIELDS = frozenset(field.name for field in fields(Failure))
_SERVED_FIELDS = frozenset(field.name for field in fields(ServedBy))


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a journal: the window that was asked about, and the answer.

    Attributes:
        window: the window that was asked about.
        first_frame: the number that the prompt gave to the window's first frame.
        answer: the reply, or the failure.
        told: the history of its earlier answers that was added to the prompt, or None.
        round: 0; a window whose reply is asked for again counts by the highest round that has a
            reply.
    """

    window: Window
    first_frame: int
    answer: Reply | Failure
    told: str | None = None
    round: int = 0


def journal_files(folder: Path) -> list[Path]:
    """The files of a journal in the order in which they count; none if there is no folder.

    Raises:
        UserError: one is a pipe, a device or a folder: reading it might never end.
    """
    files = sorted(folder.glob(f"*{JOURNAL_SUFFIX}"))
    for file in files:
        if not file.is_file():
            raise UserError(f"{file} is not an ordinary file, as a journal must be: delete it.")
    return files


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
    return checked_line(text.encode(errors="surrogatepass"))


def _to_json(record: Record) -> dict[str, Any]:
    kind = "reply" if isinstance(record.answer, Reply) else "failure"
    answer = asdict(record.answer)
    if tokens := answer.pop("tokens", ()):
        answer["tokens"] = [(text, round(likely, _DECIMALS)) for text, likely in tokens]
    if served := answer.pop("served", None):
        answer["served"] = {name: value for name, value in served.items() if value is not None}
    for name in _OMITTED_WHERE_EMPTY:
        if not answer.get(name):
            answer.pop(name, None)
    told = {"told": record.told} if record.told else {}
    again = {"round": record.round} if record.round else {}
    return {
        "window": asdict(record.window),
        "first_frame": record.first_frame,
        kind: answer,
    } | (told | again)


def decode_record(line: bytes) -> tuple[Record, int] | None:
    """The record of a line and when it was written in Unix ms, or None for an empty or torn line.

    So is one that is whole and yet not a record: nothing that was ever written can stop a reader.

    The time is 0 in journals of the first version, which did not record it.
    """
    content = content_of(line)
    if content is None:
        return None
    try:
        return _from_json(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _from_json(values: dict[str, Any]) -> tuple[Record, int]:
    answer = _reply(values["reply"]) if "reply" in values else _failure(values["failure"])
    if not isinstance(answer.key, str):
        raise TypeError("key")
    record = Record(
        window=_window(values["window"]),
        first_frame=_integer(values["first_frame"]),
        answer=answer,
        told=values.get("told"),
        round=_integer(values.get("round", 0)),
    )
    return record, _integer(values.get("at_ms", 0))


def _window(values: dict[str, Any]) -> Window:
    times = tuple(map(_integer, values["frame_times_ms"]))
    numbers = {name: _integer(values[name]) for name in values if name not in _NO_NUMBERS}
    return Window(game=str(values["game"]), frame_times_ms=times, **numbers)


def _integer(value: Any) -> int:
    if type(value) is not int or abs(value) > _LARGEST:
        raise TypeError(value)
    return value


def _reply(values: dict[str, Any]) -> Reply:
    """A reply; what a later version added to it is left out."""
    known = {name: value for name, value in values.items() if name in _REPLY_FIELDS}
    # The same few tokens occur in every reply: each text is kept once.
    tokens = tuple(
        (intern(text) if type(text) is str else text, likely)
        for text, likely in values.get("tokens", ())
    )
    lists = {name: tuple(values.get(name, ())) for name in ("lowered", "unusable")}
    other = tuple((name, text) for name, text in values.get("other_fields", ()))
    served = {
        name: value for name, value in values.get("served", {}).items() if name in _SERVED_FIELDS
    }
    known |= {**lists, "tokens": tokens, "other_fields": other, "served": ServedBy(**served)}
    return Reply(**known)


def _failure(values: dict[str, Any]) -> Failure:
    return Failure(**{name: value for name, value in values.items() if name in _FAILURE_FIELDS})
