"""The frame store: sampled frames of a half, decoded once and shared by windows, models and runs.

One file for each video, way of making pixels and set of frames (see `format`), written by one
process and read by any number of them, also while it is written. A store that holds more frames
than are asked for serves them too, so a half that was decoded at the highest rate is not decoded
for a lower one. Every engine is given the same JPEG bytes, so a model sees the same pixels
in-process and behind an endpoint.
"""

import os
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_SH, LOCK_UN, flock
from pathlib import Path

import numpy as np

from touchline.errors import UserError
from touchline.games import Half
from touchline.video.frame_spec import FrameSpec
from touchline.video.frame_store.eviction import frames_folder
from touchline.video.frame_store.format import (
    FrameIndex,
    StoreFormatError,
    new_records,
    read_header,
    read_index,
    read_jpeg,
)
from touchline.video.frame_store.locate import LocatedStore, delete_damaged, locate_store
from touchline.video.frame_store.locks import lock_shared
from touchline.video.frame_store.store_spec import PART, WAITING, StoreSpec
from touchline.video.pixels import stored_facts
from touchline.video.probe import READ_SECONDS, probe_video
from touchline.video.watchdog import Watchdog
from touchline.video.windows import sampled_times

_POLL_SECONDS = (0.005, 0.1)
"""The first wait for frames, and the longest; being woken for each frame would cost more."""

_MOST_DISCARDED = 3
"""How often a store that is damaged is made again before its disk is given up."""


class MissingFrameError(Exception):
    """A frame that the file announces does not decode."""


class FrameStore:
    """Frames of one half on disk. Reading is safe from several threads.

    Frames can be asked for while the half is still being decoded, by this process or by another:
    reading waits for them. Closing the store, or dropping it, ends its decoding.
    """

    def __init__(self, spec: StoreSpec) -> None:
        """Opens the store of a spec, or begins to write it (see `open_frame_store`)."""
        self._spec = spec
        self._known = frozenset(spec.times_ms.tolist())
        self._lock = threading.Lock()
        self._opened: list[LocatedStore] = []
        self._index: FrameIndex = {}
        self._offset: int | None = None
        self._whole = False
        self._discarded = 0
        self._open()
        self._closing = weakref.finalize(self, _close, self._opened)

    @property
    def path(self) -> Path:
        """The store's file; there once the store is whole."""
        return self._opened[-1].path

    def jpegs(self, times_ms: Sequence[int]) -> list[bytes]:
        """The frames at the given true times, as JPEG files; waits until they are decoded.

        Raises:
            MissingFrameError: one of them is not in the store.
            UserError: the video cannot be read, or no frame came for too long.
            ComeBackLater: the disk is full.
        """
        for time_ms in times_ms:
            if time_ms not in self._known:
                raise _missing(time_ms)
        return self._read(times_ms) if times_ms else []

    def __len__(self) -> int:
        """How many of the frames decode; waits until all have been tried."""
        with self._waiting() as wait:
            while not self._update():
                wait()
        return sum(time_ms in self._index for time_ms in self._known)

    def close(self) -> None:
        """Ends decoding and closes the file."""
        self._closing()

    def _read(self, times_ms: Sequence[int]) -> list[bytes]:
        self._advance_to(max(times_ms))
        with self._waiting() as wait:
            while True:
                whole = self._update()
                with self._lock:
                    now = self._opened[-1]
                    places = [self._index.get(time_ms) for time_ms in times_ms]
                known = [place for place in places if place is not None]
                if len(known) == len(times_ms):
                    jpegs = [read_jpeg(now.descriptor, place) for place in known]
                    sound = [jpeg for jpeg in jpegs if jpeg is not None]
                    if len(sound) == len(jpegs):
                        return sound
                    self._replace_damaged(now)
                elif whole:
                    raise _missing(times_ms[places.index(None)])
                else:
                    wait()

    def _advance_to(self, time_ms: int) -> None:
        writer = self._opened[-1].writer
        if writer is not None:
            writer.advance_to(int(np.searchsorted(self._spec.times_ms, time_ms)))

    def _update(self) -> bool:
        """Reads which frames were written since the last call; whether that is all."""
        with self._lock:
            if self._whole:
                return True
            now = self._opened[-1]
            is_over = now.writer.is_over if now.writer else lock_shared(now.descriptor)
            if self._offset is None:
                self._offset = _first_record(now.descriptor)
            if self._offset is not None:
                for time_ms, place in new_records(now.descriptor, self._offset):
                    self._index[time_ms] = place
                    self._offset = place.offset + place.length
            if is_over:
                self._conclude(now)
            return self._whole

    def _conclude(self, now: LocatedStore) -> None:
        """Handles a store that is not written any more: it is whole, or it is opened again."""
        index = read_index(now.descriptor)
        if index is not None:
            self._index, self._whole = index, True
        elif now.writer is not None and now.writer.error is not None:
            raise now.writer.error
        elif now.writer is not None:
            self._discard(now)
        else:
            flock(now.descriptor, LOCK_UN)  # its writer died; what it left must not look used
            self._open()

    def _replace_damaged(self, damaged: LocatedStore) -> None:
        """Decodes again what is not as it was written, unless another thread does so already."""
        with self._lock:
            if self._opened[-1] is damaged:
                self._discard(damaged)

    def _discard(self, damaged: LocatedStore) -> None:
        self._discarded += 1
        if self._discarded > _MOST_DISCARDED:
            raise UserError(
                f"frames in {damaged.path.parent} are not read as they were written, again and "
                "again: check its disk, or set TOUCHLINE_CACHE to a folder on another one."
            )
        if damaged.writer is not None:
            damaged.writer.stop()
        for path in (damaged.path, Path(f"{damaged.path}{PART}")):
            delete_damaged(damaged.descriptor, path)
        flock(damaged.descriptor, LOCK_UN)
        self._open()

    def _open(self) -> None:
        now = locate_store(self._spec)
        self._opened.append(now)
        self._whole = now.index is not None
        self._index, self._offset = now.index or {}, None

    @contextmanager
    def _waiting(self) -> Iterator["_Waiter"]:
        wait = _Waiter(self._opened)
        try:
            yield wait
        finally:
            wait.end()


class _Waiter:
    """Waits for frames, but not for ever; a lock tells the writer of another process about it."""

    def __init__(self, opened: Sequence[LocatedStore]) -> None:
        self._opened = opened
        self._watchdog = Watchdog()
        self._lock: int | None = None
        self._locked_for: LocatedStore | None = None
        self._changed_ns = 0
        self._seconds = _POLL_SECONDS[0]

    def __call__(self) -> None:
        now = self._opened[-1]
        self._seconds = min(self._seconds * 1.5, _POLL_SECONDS[1])
        if now.writer is not None:
            now.writer.wait(self._seconds)
            now.writer.watchdog.check(_what(now), READ_SECONDS)
            return
        if self._locked_for is not now:
            self.end()  # the writer that knew has ended, and another has begun
            self._lock = os.open(f"{now.path}{PART}{WAITING}", os.O_RDWR | os.O_CREAT, 0o666)
            flock(self._lock, LOCK_SH)
            self._locked_for = now
        time.sleep(self._seconds)
        changed_ns = os.fstat(now.descriptor).st_mtime_ns
        if changed_ns != self._changed_ns:
            self._changed_ns = changed_ns
            self._watchdog.beat()
        self._watchdog.check(_what(now), READ_SECONDS)

    def end(self) -> None:
        """Stops waiting."""
        if self._lock is not None:
            os.close(self._lock)
        self._lock = None


def open_frame_store(
    half: Half, spec: FrameSpec, cache: Path | None = None, also: Sequence[FrameSpec] = ()
) -> FrameStore:
    """The store with every frame that a spec takes from a half; returns while it is being written.

    Args:
        half: the half.
        spec: which frames, and how their pixels are made.
        cache: folder for stores; None takes the user's cache folder.
        also: specs that will be asked for later. Where their pixels are made alike, their
            frames are decoded in the same pass, except those of a budget of windows.

    Raises:
        UserError: the video cannot be read.
    """
    facts = probe_video(half.video)
    alike = [
        one for one in also if stored_facts(one) == stored_facts(spec) and one.adaptive is None
    ]
    times = [sampled_times(half, one) for one in (spec, *alike)]
    folder = cache or frames_folder()
    return FrameStore(
        StoreSpec(
            half.video,
            facts.fingerprint,
            spec,
            np.unique(np.concatenate(times)),
            folder,
            facts.pixel_aspect,
        )
    )


def _first_record(descriptor: int) -> int | None:
    try:
        return read_header(descriptor).end
    except StoreFormatError:
        return None


def _missing(time_ms: int) -> MissingFrameError:
    return MissingFrameError(f"the frame at {time_ms / 1000:.3f} s does not decode")


def _what(now: LocatedStore) -> str:
    return f"decoding into {now.path.name}"


def _close(opened: Sequence[LocatedStore]) -> None:
    for one in opened:
        ended = one.writer is None or one.writer.stop()
        if ended:  # a thread that hangs in a read keeps its file
            os.close(one.descriptor)
