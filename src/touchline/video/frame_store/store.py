"""The frame store: sampled frames of a half, decoded once and shared by windows, models and runs.

One file for each video, way of making pixels and set of frames (see `layout`), written by one
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

from touchline.games import Half
from touchline.video.frame_spec import FrameSpec
from touchline.video.frame_store.eviction import PART, WAITING, cache_folder
from touchline.video.frame_store.format import (
    NotAStoreError,
    Places,
    new_records,
    read_head,
    read_index,
)
from touchline.video.frame_store.locate import LocatedStore, locate_store, share_lock
from touchline.video.frame_store.writer import Order
from touchline.video.pixels import stored_facts
from touchline.video.probe import READ_SECONDS, probe_video
from touchline.video.watchdog import Pulse
from touchline.video.windows import sampled_times

_LOOK_SECONDS = (0.005, 0.1)
"""How long the first wait for frames is, and the longest; being woken for each would cost more."""


class MissingFrameError(Exception):
    """A frame that was announced by the file did not decode."""


class FrameStore:
    """Frames of one half on disk. Reading is safe from several threads.

    Frames can be asked for while the half is still being decoded, by this process or by another:
    reading waits for them. A store that is closed or forgotten ends its decoding.
    """

    def __init__(self, order: Order) -> None:
        """Opens the store of an order, or begins to write it (see `open_frame_store`)."""
        self._order = order
        self._asked = frozenset(order.times_ms.tolist())
        self._lock = threading.Lock()
        self._held: list[LocatedStore] = []
        self._places: Places = {}
        self._offset: int | None = None
        self._whole = False
        self._open()
        self._closing = weakref.finalize(self, _close, self._held)

    @property
    def path(self) -> Path:
        """The store's file; there once the store is whole."""
        return self._held[-1].path

    def jpegs(self, times_ms: Sequence[int]) -> list[bytes]:
        """The frames at the given true times, as JPEG files; waits until they are decoded.

        Raises:
            MissingFrameError: one of them is not in the store.
            UserError: the video cannot be read, or nothing has come for too long.
            ComeBackLater: the disk is full.
        """
        for time_ms in times_ms:
            if time_ms not in self._asked:
                raise _missing(time_ms)
        return self._found(times_ms) if times_ms else []

    def __len__(self) -> int:
        """How many frames of those asked for there are, once all are decoded."""
        with self._patience() as wait:
            while not self._look():
                wait()
        return sum(time_ms in self._places for time_ms in self._asked)

    def close(self) -> None:
        """Ends decoding and lets the file go."""
        self._closing()

    def _found(self, times_ms: Sequence[int]) -> list[bytes]:
        self._ask_for(max(times_ms))
        with self._patience() as wait:
            while True:
                whole = self._look()
                with self._lock:
                    descriptor = self._held[-1].descriptor
                    places = [self._places.get(time_ms) for time_ms in times_ms]
                known = [place for place in places if place is not None]
                if len(known) == len(times_ms):
                    return [os.pread(descriptor, length, offset) for offset, length in known]
                if whole:
                    raise _missing(times_ms[places.index(None)])
                wait()

    def _ask_for(self, time_ms: int) -> None:
        build = self._held[-1].build
        if build is not None:
            build.ask(int(np.searchsorted(self._order.times_ms, time_ms)))

    def _look(self) -> bool:
        """Takes note of what was written since the last look; whether that is all."""
        with self._lock:
            if self._whole:
                return True
            now = self._held[-1]
            is_over = now.build.is_over if now.build else share_lock(now.descriptor)
            if self._offset is None:
                self._offset = _first_record(now.descriptor)
            if self._offset is not None:
                for time_ms, offset, length in new_records(now.descriptor, self._offset):
                    self._places[time_ms] = (offset, length)
                    self._offset = offset + length
            if is_over:
                self._conclude(now)
            return self._whole

    def _conclude(self, now: LocatedStore) -> None:
        """What becomes of a store that nobody writes any more: it is whole, or begun anew."""
        places = read_index(now.descriptor)
        if places is not None:
            self._places, self._whole = places, True
        elif now.build is not None:
            assert now.build.error is not None  # a build that is over is whole or has failed
            raise now.build.error
        else:
            flock(now.descriptor, LOCK_UN)  # its writer died; what it left must not look used
            self._open()

    def _open(self) -> None:
        now = locate_store(self._order)
        self._held.append(now)
        self._whole = now.places is not None
        self._places, self._offset = now.places or {}, None

    @contextmanager
    def _patience(self) -> Iterator["_Wait"]:
        wait = _Wait(self._held)
        try:
            yield wait
        finally:
            wait.end()


class _Wait:
    """Waiting for frames, with an end to patience; other processes' writers are told of it."""

    def __init__(self, held: Sequence[LocatedStore]) -> None:
        self._held = held
        self._pulse = Pulse()
        self._told: int | None = None
        self._told_of: LocatedStore | None = None
        self._seen_ns = 0
        self._seconds = _LOOK_SECONDS[0]

    def __call__(self) -> None:
        now = self._held[-1]
        self._seconds = min(self._seconds * 1.5, _LOOK_SECONDS[1])
        if now.build is not None:
            now.build.wait(self._seconds)
            now.build.pulse.check(_what(now), READ_SECONDS)
            return
        if self._told_of is not now:
            self.end()  # the writer that was told has ended, and another has begun
            self._told = os.open(f"{now.path}{PART}{WAITING}", os.O_RDWR | os.O_CREAT, 0o644)
            flock(self._told, LOCK_SH)
            self._told_of = now
        time.sleep(self._seconds)
        changed_ns = os.fstat(now.descriptor).st_mtime_ns
        if changed_ns != self._seen_ns:
            self._seen_ns = changed_ns
            self._pulse.beat()
        self._pulse.check(_what(now), READ_SECONDS)

    def end(self) -> None:
        """Waits no longer."""
        if self._told is not None:
            os.close(self._told)
        self._told = None


def open_frame_store(
    half: Half, recipe: FrameSpec, cache: Path | None = None, also: Sequence[FrameSpec] = ()
) -> FrameStore:
    """The store with every frame that a recipe takes from a half; at once, also while it is built.

    Args:
        half: the half.
        recipe: which frames, and how their pixels are made.
        cache: folder for stores; None takes the user's cache folder.
        also: recipes that will be asked for later. Where their pixels are made alike, their
            frames are decoded in the same pass, except those of a budget of windows.

    Raises:
        UserError: the video cannot be read.
    """
    facts = probe_video(half.video)
    alike = [
        one for one in also if stored_facts(one) == stored_facts(recipe) and one.adaptive is None
    ]
    times = [sampled_times(half, one) for one in (recipe, *alike)]
    folder = cache or cache_folder()
    return FrameStore(
        Order(half.video, facts.fingerprint, recipe, np.unique(np.concatenate(times)), folder)
    )


def _first_record(descriptor: int) -> int | None:
    try:
        return read_head(descriptor).end
    except NotAStoreError:
        return None


def _missing(time_ms: int) -> MissingFrameError:
    return MissingFrameError(f"the frame at {time_ms / 1000:.3f} s does not decode")


def _what(now: LocatedStore) -> str:
    return f"decoding into {now.path.name}"


def _close(held: Sequence[LocatedStore]) -> None:
    for one in held:
        ended = one.build is None or one.build.stop()
        if ended:  # a thread that hangs in a read keeps its file
            os.close(one.descriptor)
