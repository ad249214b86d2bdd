"""The file of a frame store: a header, the frames as they were decoded, and an index at its end.

It is only ever appended to, so that it can be read while it is written. After the magic number and
the header (JSON with its length before it) each frame is a record: its time, the length of its JPEG
file and the file. A record of length zero ends the frames; then come the index (time, offset and
length of each frame), how many entries it has, and the magic number again. A file without that end
is being written, or its writer died.
"""

import json
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"TLFRAME2"
_LENGTH = struct.Struct("<I")
_RECORD = struct.Struct("<qI")
_COUNT = struct.Struct("<Q")

FrameIndex = dict[int, tuple[int, int]]
"""Offset and length of the JPEG file of each frame, by its time in ms."""


class StoreFormatError(Exception):
    """A file that is not a frame store, or of another version."""


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """What a store says of itself.

    Attributes:
        facts: the video's name, how the pixels are made and the rate.
        times_ms: the frames that it holds once it is whole, ascending.
        end: offset of the first record.
    """

    facts: Mapping[str, Any]
    times_ms: NDArray[np.int64]
    end: int


def header_bytes(facts: Mapping[str, Any], times_ms: NDArray[np.int64]) -> bytes:
    """The header of a store; times are kept as steps, which are short."""
    steps = np.diff(times_ms, prepend=0).tolist()
    header = json.dumps({"facts": facts, "steps_ms": steps}, separators=(",", ":")).encode()
    return MAGIC + _LENGTH.pack(len(header)) + header


def record_bytes(time_ms: int, jpeg: bytes) -> bytes:
    """One frame."""
    return _RECORD.pack(time_ms, len(jpeg)) + jpeg


def end_bytes(index: FrameIndex) -> bytes:
    """What makes a store whole."""
    rows = np.array([(t, *place) for t, place in index.items()], dtype="<i8").reshape(-1, 3)
    return _RECORD.pack(0, 0) + rows.tobytes() + _COUNT.pack(len(index)) + MAGIC


def read_header(descriptor: int) -> Header:
    """The header of an open file.

    Raises:
        StoreFormatError: there is none, or not yet.
    """
    start = len(MAGIC) + _LENGTH.size
    opening = os.pread(descriptor, start, 0)
    if len(opening) < start or not opening.startswith(MAGIC):
        raise StoreFormatError
    (length,) = _LENGTH.unpack_from(opening, len(MAGIC))
    text = os.pread(descriptor, length, start)
    if len(text) < length:
        raise StoreFormatError
    values = json.loads(text)
    times = np.cumsum(np.asarray(values["steps_ms"], dtype=np.int64))
    return Header(values["facts"], times, start + length)


def read_index(descriptor: int) -> FrameIndex | None:
    """The index of an open file, or None where the store is not whole."""
    size = os.fstat(descriptor).st_size
    closing = _COUNT.size + len(MAGIC)
    end = os.pread(descriptor, closing, max(0, size - closing))
    if len(end) < closing or not end.endswith(MAGIC):
        return None
    (count,) = _COUNT.unpack_from(end)
    length = count * 24
    if length > size:
        return None
    index = np.frombuffer(os.pread(descriptor, length, size - closing - length), dtype="<i8")
    return {time: (offset, size) for time, offset, size in index.reshape(-1, 3).tolist()}


def new_records(descriptor: int, offset: int) -> Iterator[tuple[int, int, int]]:
    """The frames that were appended from an offset on: time, offset and length of each.

    Ends where a record is not there in full yet, and at the end of the frames.
    """
    size = os.fstat(descriptor).st_size
    while offset + _RECORD.size <= size:
        time_ms, length = _RECORD.unpack(os.pread(descriptor, _RECORD.size, offset))
        offset += _RECORD.size
        if length == 0 or offset + length > size:
            return
        yield time_ms, offset, length
        offset += length
