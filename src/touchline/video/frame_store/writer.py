"""Decoding a half into its frame store, in a thread beside the reader of the frames.

The thread keeps pace with its reader: it is at most `AHEAD_FRAMES` frames ahead of what was asked
for last, unless a reader waits, in this process or in another.
"""

import fcntl
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from touchline.disk import is_disk_full
from touchline.errors import ComeBackLater
from touchline.files import file_error, sync_folder
from touchline.video.decode import decode_jpegs
from touchline.video.frame_store.eviction import limit_bytes, shrink_cache
from touchline.video.frame_store.format import (
    FrameIndex,
    Place,
    end_bytes,
    header_bytes,
    record_bytes,
)
from touchline.video.frame_store.locks import is_at, is_locked
from touchline.video.frame_store.store_spec import StoreSpec
from touchline.video.watchdog import Watchdog

AHEAD_FRAMES = 600
"""Two minutes at 5 fps: under a second of decoding, so a reader that comes back hardly waits."""

_POLL_SECONDS = 0.2
"""How often a paused thread checks whether another process waits."""

_TOUCH_SECONDS = 2.0
"""How often the file's time is renewed, by which other processes see that the writer lives."""


class _StoppedError(Exception):
    """The frames are not needed any more."""


class StoreWriter:
    """One decoding pass that writes a store, in a thread of its own.

    Attributes:
        error: what the pass ended with, if not well.
        watchdog: when it last went on.
    """

    def __init__(self, spec: StoreSpec, descriptor: int) -> None:
        """Starts the thread; `descriptor` is the store's part, empty and locked."""
        self.error: BaseException | None = None
        self.watchdog = Watchdog()
        self._spec = spec
        self._descriptor = descriptor
        self._condition = threading.Condition()
        self._written = 0
        self._wanted = 0
        self._waiting_readers = 0
        self._stopped = False
        self._touched_s = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=spec.path.stem, daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the thread has ended, well or not."""
        return not self._thread.is_alive()

    def advance_to(self, index: int) -> None:
        """Reports that a reader has come to the frame at an index among the times."""
        with self._condition:
            self._wanted = max(self._wanted, index)
            self._condition.notify_all()

    def wait(self, seconds: float) -> None:
        """Waits for more frames, at most so long; the thread does not pause meanwhile."""
        with self._condition:
            if not self._thread.is_alive():
                return
            self._waiting_readers += 1
            self._condition.notify_all()
            self._condition.wait(seconds)
            self._waiting_readers -= 1

    def stop(self, seconds: float = 5.0) -> bool:
        """Gives up what is not decoded yet; whether the thread has ended."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        spec = self._spec
        try:
            self._write()
        except OSError as error:
            told = file_error(error, f"frames cannot be kept in {spec.folder}")
            self.error = _disk_full(spec.folder) if is_disk_full(error) else told or error
        except BaseException as error:  # handed to the reader, whatever it is
            self.error = error
        if self.error is not None and is_at(self._descriptor, spec.part):
            spec.part.unlink()
        spec.waiting.unlink(missing_ok=True)
        # The reader holds the same open file: from now on it only reads it.
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        with self._condition:
            self._condition.notify_all()

    def _write(self) -> None:
        spec = self._spec
        index: FrameIndex = {}
        offset = self._append(header_bytes(spec.facts, spec.times_ms))
        for time_ms, jpeg in decode_jpegs(spec.video, spec.times_ms, spec.frame_spec, self._beat):
            self._keep_pace()
            offset += self._append(record_bytes(time_ms, jpeg))
            index[time_ms] = Place(offset - len(jpeg), len(jpeg), crc32(jpeg))
            self._written += 1
        self._append(end_bytes(index))
        os.fsync(self._descriptor)
        if is_at(self._descriptor, spec.part):
            spec.part.replace(spec.path)
            sync_folder(spec.folder)
        shrink_cache(limit_bytes(spec.folder), spec.folder)

    def _append(self, content: bytes) -> int:
        written = 0
        while written < len(content):
            written += os.write(self._descriptor, content[written:])
        return written

    def _beat(self) -> None:
        self.watchdog.beat()
        now_s = time.monotonic()
        if now_s - self._touched_s > _TOUCH_SECONDS:
            self._touched_s = now_s
            os.utime(self._descriptor)
            if self._stopped:
                raise _StoppedError

    def _keep_pace(self) -> None:
        with self._condition:
            while not self._stopped and self._written - self._wanted > AHEAD_FRAMES:
                self._beat()
                if self._waiting_readers or is_locked(self._spec.waiting):
                    break
                self._condition.wait(_POLL_SECONDS)
            if self._stopped:
                raise _StoppedError


def _disk_full(folder: Path) -> ComeBackLater:
    with suppress(OSError):
        shrink_cache(0, folder)
    return ComeBackLater(
        f"the disk of {folder} is full; frames that are not in use were deleted: run again, or set "
        "TOUCHLINE_CACHE to a folder on another disk."
    )
