"""The index beside a journal: one entry of fixed size per record, to find replies quickly.

A reply with its tokens takes kilobytes, its entry less than a hundred bytes. Only the journal
counts: an entry is written after its record is on the disk and is not waited for, and a reader
scans the records that have no entry.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from touchline.models import Ending, Failure, Reply, ending_of

INDEX_SUFFIX = ".index"

FAILED, ANSWERED = 1, 2
"""The state of an entry's question; 0 means a question without an entry."""

_ROUND_BITS = 8
_STATE_MASK = (1 << _ROUND_BITS) - 1
MOST_ROUNDS = 2**20
"""How often a window may be asked for again."""

ENTRY = np.dtype(
    [
        ("digest", "S16"),
        ("offset", "<u8"),
        ("at_ms", "<i8"),
        ("text_hash", "<u8"),
        ("cost_usd", "<f8"),
        ("length", "<u4"),
        ("seconds", "<f4"),
        ("prompt_tokens", "<i4"),
        ("completion_tokens", "<i4"),
        ("state_and_round", "<u4"),
        ("check", "<u4"),
    ]
)
"""One record: its question, where its line lies, when it was written (Unix time), a hash of the
reply, what it cost (NaN if unknown), its tokens (-1 if unknown), FAILED or ANSWERED with the round
in the upper bits (0 in all indexes of older versions), and a checksum of the entry."""

Entries = NDArray[np.void]

_WEIGHTS = np.arange(3, 3 + 2 * (ENTRY.itemsize // 4 - 1), 2, dtype=np.uint32)
_MAGIC = np.uint32(0x746C6E65)
"""Makes a sequence of zeros, which a crash of the machine may leave, an invalid entry."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record is in its file, in bytes, and when it was written, in Unix milliseconds."""

    offset: int
    length: int
    at_ms: int


class EntryWriter:
    """Appends entries to the index of one journal file.

    Args:
        journal: the journal file; only its writer makes the index.
    """

    def __init__(self, journal: Path) -> None:
        flags = os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY
        self._handle: int | None = os.open(index_path(journal), flags, 0o666)

    def write(self, answer: Reply | Failure, location: Location, round_: int = 0) -> None:
        """Adds a record. Nothing is added after an entry that could not be written completely:
        entries have no separators, and the rest can be found by scanning the journal.
        """
        if self._handle is None:
            return
        content = entry(answer, location, round_).tobytes()
        try:
            complete = os.write(self._handle, content) == len(content)
        except OSError:
            complete = False
        if not complete:
            self.close()

    def close(self) -> None:
        """Closes the file."""
        if self._handle is not None:
            os.close(self._handle)
        self._handle = None


def index_path(journal: Path) -> Path:
    """The path of a journal file's index."""
    return journal.with_suffix(INDEX_SUFFIX)


def states_of(entries: Entries) -> NDArray[np.uint32]:
    """FAILED or ANSWERED for each entry."""
    packed: NDArray[np.uint32] = entries["state_and_round"]
    return packed & np.uint32(_STATE_MASK)


def rounds_of(entries: Entries) -> NDArray[np.uint32]:
    """The round of each entry: 0, or how often its window was asked for again before."""
    packed: NDArray[np.uint32] = entries["state_and_round"]
    return packed >> np.uint32(_ROUND_BITS)


def entry(answer: Reply | Failure, location: Location, round_: int = 0) -> Entries:
    """The entry of one record, shape (1,)."""
    made = np.zeros(1, dtype=ENTRY)
    one = made[0]
    one["digest"] = digests([answer.key])[0]
    one["offset"], one["length"], one["at_ms"] = location.offset, location.length, location.at_ms
    one["seconds"] = answer.seconds
    state = ANSWERED if _is_answered(answer) else FAILED
    one["state_and_round"] = state | min(max(0, round_), MOST_ROUNDS) << _ROUND_BITS
    one["cost_usd"], one["prompt_tokens"], one["completion_tokens"] = math.nan, -1, -1
    if isinstance(answer, Reply):
        one["text_hash"] = int.from_bytes(
            blake2b(_hashed_text(answer), digest_size=8).digest(), "little"
        )
    if answer.cost_usd is not None:
        one["cost_usd"] = answer.cost_usd
    if answer.prompt_tokens is not None and answer.completion_tokens is not None:
        one["prompt_tokens"] = answer.prompt_tokens
        one["completion_tokens"] = answer.completion_tokens
    made["check"] = _checks(made)
    return made


def _is_answered(answer: Reply | Failure) -> bool:
    """Whether a question need not be asked again.

    Today a reply that an error ended is stored as a failure; in earlier versions it was a reply.
    """
    return isinstance(answer, Reply) and ending_of(answer.finish_reason) is not Ending.FAILED


def read_entries(journal: Path) -> Entries:
    """The valid entries of a journal file, in order, up to the first that is not valid.

    A journal without an index has none.
    """
    index = index_path(journal)
    if not index.is_file():  # a pipe in its place would be waited for; the journal has all
        return np.zeros(0, dtype=ENTRY)
    content = index.read_bytes()
    found = np.frombuffer(content[: len(content) // ENTRY.itemsize * ENTRY.itemsize], dtype=ENTRY)
    ends = found["offset"] + found["length"]
    valid = (found["check"] == _checks(found)) & (ends <= journal.stat().st_size)
    return found if valid.all() else found[: int(np.argmin(valid))]


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
    if len(plain) == 16:
        return plain
    return blake2b(key.encode(errors="surrogatepass"), digest_size=16).digest()


def _hashed_text(reply: Reply) -> bytes:
    return f"{reply.finish_reason}\n{reply.text}".encode(errors="surrogatepass")


def _checks(entries: Entries) -> NDArray[np.uint32]:
    words = np.ascontiguousarray(entries).view("<u4").reshape(len(entries), len(_WEIGHTS) + 1)
    sums: NDArray[np.uint32] = words[:, :-1] @ _WEIGHTS + _MAGIC
    return sums
