"""The file of a frame store: a header, the frames as they were decoded, and an index at its end.

It is only ever appended to, so that it can be read while it is written. After the magic number and
the header (JSON with its length and checksum before it) each frame is a record: its time, the
length and checksum of its JPEG file, a checksum of these, and the file. A record of length zero
ends the frames; then come the index (time, offset, length and checksum of each frame), how many
entries it has, its checksum, and the magic number again. A file without that end is being written,
or its writer died. Checksums are CRC-32.
"""

import json
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

MAGIC = b"TLFRAME3"
"""Names the version too; it is part of the names of stores (see `StoreSpec.kind`)."""

_OPENING = struct.Struct("<8sII")
_RECORD = struct.Struct("<qII")
_CHECKSUM = struct.Struct("<I")
_CLOSING = struct.Struct("<QI8s")
_ENTRY_BYTES = 32
_RECORD_BYTES = _RECORD.size + _CHECKSUM.size


class Place(NamedTuple):
    """Where the JPEG file of a frame is in its store, and its checksum."""

    offset: int
    length: int
    checksum: int


FrameIndex = dict[int, Place]
"""The place of each frame, by its time in ms."""


class StoreFormatError(Exception):
    """A file that is not a frame store, is of another version, or is damaged."""


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
    return _OPENING.pack(MAGIC, len(header), crc32(header)) + header


def record_bytes(time_ms: int, jpeg: bytes) -> bytes:
    """One frame."""
    return _record_head(time_ms, len(jpeg), crc32(jpeg)) + jpeg


def end_bytes(index: FrameIndex) -> bytes:
    """What makes a store whole."""
    rows = np.array([(time, *place) for time, place in index.items()], dtype="<i8").tobytes()
    return _record_head(0, 0, 0) + rows + _CLOSING.pack(len(index), crc32(rows), MAGIC)


def read_header(descriptor: int) -> Header:
    """The header of an open file.

    Raises:
        StoreFormatError: there is none, or not yet, or it is damaged.
    """
    opening = os.pread(descriptor, _OPENING.size, 0)
    if len(opening) < _OPENING.size:
        raise StoreFormatError
    magic, length, checksum = _OPENING.unpack(opening)
    if magic != MAGIC or length > os.fstat(descriptor).st_size:
        raise StoreFormatError
    text = os.pread(descriptor, length, _OPENING.size)
    if len(text) < length or crc32(text) != checksum:
        raise StoreFormatError
    values = json.loads(text)
    times = np.cumsum(np.asarray(values["steps_ms"], dtype=np.int64))
    return Header(values["facts"], times, _OPENING.size + length)


def read_index(descriptor: int) -> FrameIndex | None:
    """The index of an open file, or None where the store is not whole or the index is damaged."""
    size = os.fstat(descriptor).st_size
    end = os.pread(descriptor, _CLOSING.size, max(0, size - _CLOSING.size))
    if len(end) < _CLOSING.size:
        return None
    count, checksum, magic = _CLOSING.unpack(end)
    length = count * _ENTRY_BYTES
    if magic != MAGIC or length > size - _CLOSING.size:
        return None
    rows = os.pread(descriptor, length, size - _CLOSING.size - length)
    if crc32(rows) != checksum:
        return None
    entries = np.frombuffer(rows, dtype="<i8").reshape(-1, 4)
    return {time: Place(*place) for time, *place in entries.tolist()}


def read_jpeg(descriptor: int, place: Place) -> bytes | None:
    """The JPEG file at a place, or None where it is not the one that was written."""
    jpeg = os.pread(descriptor, place.length, place.offset)
    return jpeg if crc32(jpeg) == place.checksum else None


def new_records(descriptor: int, offset: int) -> Iterator[tuple[int, Place]]:
    """The frames that were appended from an offset on: time and place of each.

    Ends where a record is not there in full yet or is damaged, and at the end of the frames; what
    follows a damaged record is known when the index is there.
    """
    size = os.fstat(descriptor).st_size
    while offset + _RECORD_BYTES <= size:
        head = os.pread(descriptor, _RECORD_BYTES, offset)
        time_ms, length, checksum = _RECORD.unpack_from(head)
        offset += _RECORD_BYTES
        damaged = head != _record_head(time_ms, length, checksum)
        if damaged or length == 0 or offset + length > size:
            return
        yield time_ms, Place(offset, length, checksum)
        offset += length


def _record_head(time_ms: int, length: int, checksum: int) -> bytes:
    head = _RECORD.pack(time_ms, length, checksum)
    return head + _CHECKSUM.pack(crc32(head))
