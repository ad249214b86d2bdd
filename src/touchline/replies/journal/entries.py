"""The index beside a journal: one fixed-size entry a record, so that its answers need no reading.

A reply with its tokens takes kilobytes, its entry under a hundred bytes. The journal alone is the
truth: entries are written after their record is on the disk, are never waited for, and whoever
reads them scans the records that they lack.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.models import Failure, Reply

INDEX_SUFFIX = ".index"

FAILED, ANSWERED = 1, 2
"""What an entry says of its question; 0 is left for a question without any entry."""

ENTRY = np.dtype(
    [
        ("digest", "S16"),
        ("offset", "<u8"),
        ("at_ms", "<i8"),
        ("said", "<u8"),
        ("cost_usd", "<f8"),
        ("length", "<u4"),
        ("seconds", "<f4"),
        ("prompt_tokens", "<i4"),
        ("completion_tokens", "<i4"),
        ("state", "<u4"),
        ("check", "<u4"),
    ]
)
"""One record: the question, where its line lies, when it was written (Unix time), a hash of what
was said, what it cost (NaN where nobody said), tokens (-1 where nobody counted), FAILED or
ANSWERED, and a checksum of the entry."""

Entries = NDArray[np.void]

_WEIGHTS = np.arange(3, 3 + 2 * (ENTRY.itemsize // 4 - 1), 2, dtype=np.uint32)
_MAGIC = np.uint32(0x746C6E65)
"""So that a stretch of zeros, which a crash of the machine may leave, is no entry."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies in its file, in bytes, and when it was written, in Unix milliseconds."""

    offset: int
    length: int
    at_ms: int


class EntryWriter:
    """Appends entries to the index of one journal file.

    Args:
        journal: the journal file; its writer alone makes the index.
    """

    def __init__(self, journal: Path) -> None:
        flags = os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY
        self._handle: int | None = os.open(index_path(journal), flags, 0o644)

    def write(self, answer: Reply | Failure, place: Place) -> None:
        """Adds a record. After an entry that could not be written whole there are no more:
        entries have no marks between them, and the rest can be had by scanning the journal.
        """
        if self._handle is None:
            return
        content = entry(answer, place).tobytes()
        try:
            whole = os.write(self._handle, content) == len(content)
        except OSError:
            whole = False
        if not whole:
            self.close()

    def close(self) -> None:
        """Closes the file."""
        if self._handle is not None:
            os.close(self._handle)
        self._handle = None


def index_path(journal: Path) -> Path:
    """Where the index of a journal file lies."""
    return journal.with_suffix(INDEX_SUFFIX)


def entry(answer: Reply | Failure, place: Place) -> Entries:
    """The entry of one record, shape (1,)."""
    made = np.zeros(1, dtype=ENTRY)
    one = made[0]
    one["digest"] = digests([answer.key])[0]
    one["offset"], one["length"], one["at_ms"] = place.offset, place.length, place.at_ms
    one["seconds"] = answer.seconds
    one["state"] = ANSWERED if isinstance(answer, Reply) else FAILED
    one["cost_usd"], one["prompt_tokens"], one["completion_tokens"] = math.nan, -1, -1
    if isinstance(answer, Reply):
        one["said"] = int.from_bytes(blake2b(_said(answer), digest_size=8).digest(), "little")
    if answer.cost_usd is not None:
        one["cost_usd"] = answer.cost_usd
    if answer.prompt_tokens is not None and answer.completion_tokens is not None:
        one["prompt_tokens"] = answer.prompt_tokens
        one["completion_tokens"] = answer.completion_tokens
    made["check"] = _checks(made)
    return made


def read_entries(journal: Path) -> Entries:
    """The entries of a journal file as far as they are sound: from the first, in order.

    A journal without an index has none.
    """
    try:
        content = index_path(journal).read_bytes()
    except FileNotFoundError:
        return np.zeros(0, dtype=ENTRY)
    found = np.frombuffer(content[: len(content) // ENTRY.itemsize * ENTRY.itemsize], dtype=ENTRY)
    ends = found["offset"] + found["length"]
    sound = (found["check"] == _checks(found)) & (ends <= journal.stat().st_size)
    return found if sound.all() else found[: int(np.argmin(sound))]


def digests(keys: Sequence[str]) -> NDArray[np.bytes_]:
    """Sixteen bytes for each key, shape (keys,): the key itself where it is 32 hex digits."""
    try:
        joined = bytes.fromhex("".join(keys))
    except ValueError:
        joined = b""
    if len(joined) != 16 * len(keys) or any(len(key) != 32 for key in keys):
        joined = b"".join(_digest(key) for key in keys)
    return np.frombuffer(joined, dtype="S16")


def _digest(key: str) -> bytes:
    try:
        plain = bytes.fromhex(key)
    except ValueError:
        plain = b""
    return plain if len(plain) == 16 else blake2b(key.encode(), digest_size=16).digest()


def _said(reply: Reply) -> bytes:
    return f"{reply.finish_reason}\n{reply.text}".encode(errors="surrogatepass")


def _checks(entries: Entries) -> NDArray[np.uint32]:
    words = np.ascontiguousarray(entries).view("<u4").reshape(len(entries), len(_WEIGHTS) + 1)
    sums: NDArray[np.uint32] = words[:, :-1] @ _WEIGHTS + _MAGIC
    return sums
