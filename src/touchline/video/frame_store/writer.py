"""Decoding a half into its frame store, in a thread beside whoever reads the frames.

The thread keeps pace with its reader: it is at most `AHEAD_FRAMES` frames ahead of what was asked
for last, unless somebody waits, in this process or in another.
"""

import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from touchline.disk import is_disk_full
from touchline.errors import ComeBackLater
from touchline.video.decode import decode
from touchline.video.frame_spec import FrameSpec
from touchline.video.frame_store.eviction import PART, SUFFIX, WAITING, limit_bytes, shrink_cache
from touchline.video.frame_store.format import Places, end_bytes, head_bytes, record_bytes
from touchline.video.pixels import stored_facts
from touchline.video.watchdog import Pulse

AHEAD_FRAMES = 600
"""Two minutes at 5 fps: under a second of decoding, so a reader that comes back hardly waits."""

_LOOK_SECONDS = 0.2
"""How often a thread that holds still looks whether another process waits."""

_SIGN_SECONDS = 2.0
"""How often the file's time is renewed, by which other processes see that the writer lives."""


@dataclass(frozen=True, eq=False)
class Order:
    """The frames that a store is to hold.

    Attributes:
        video: the file.
        fingerprint: of its content.
        recipe: how pixels are made.
        times_ms: presentation times of the frames, ascending.
        folder: where stores are kept.
    """

    video: Path
    fingerprint: str
    recipe: FrameSpec
    times_ms: NDArray[np.int64]
    folder: Path

    @cached_property
    def kind(self) -> str:
        """Beginning of the names of all stores with pixels like these."""
        made = json.dumps(stored_facts(self.recipe), sort_keys=True)
        return f"{self.fingerprint}-{hashlib.sha256(made.encode()).hexdigest()[:12]}"

    @cached_property
    def path(self) -> Path:
        """The store's file."""
        taken = hashlib.sha256(self.times_ms.astype("<i8").tobytes()).hexdigest()[:12]
        return self.folder / f"{self.kind}-{taken}{SUFFIX}"

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the store's head tells a person."""
        name = "/".join(self.video.absolute().parts[-2:])
        frames = self.recipe.frames
        rate = {"fps": self.recipe.fps} if frames is None else {"frames": frames}
        return {"video": name, **rate, **stored_facts(self.recipe)}


class _StoppedError(Exception):
    """Nobody wants the frames any more."""


class Build:
    """One decoding pass that writes a store.

    Attributes:
        error: what the pass ended with, if not well.
        pulse: when it last went on.
    """

    def __init__(self, order: Order, descriptor: int) -> None:
        """Starts the thread; `descriptor` is the store's part, empty and locked."""
        self.error: BaseException | None = None
        self.pulse = Pulse()
        self._order = order
        self._descriptor = descriptor
        self._condition = threading.Condition()
        self._made = 0
        self._asked = 0
        self._readers = 0
        self._stopped = False
        self._signed = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=order.path.stem, daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the thread has ended, well or not."""
        return not self._thread.is_alive()

    def ask(self, place: int) -> None:
        """Says that a reader has come to the frame at a place among the times."""
        with self._condition:
            self._asked = max(self._asked, place)
            self._condition.notify_all()

    def wait(self, seconds: float) -> None:
        """Waits for more frames, at most so long; the thread does not hold still meanwhile."""
        with self._condition:
            if not self._thread.is_alive():
                return
            self._readers += 1
            self._condition.notify_all()
            self._condition.wait(seconds)
            self._readers -= 1

    def stop(self, seconds: float = 5.0) -> bool:
        """Gives up what is not decoded yet; whether the thread has ended."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        part = Path(f"{self._order.path}{PART}")
        try:
            self._write(part)
        except OSError as error:
            self.error = _full(self._order.folder) if is_disk_full(error) else error
        except BaseException as error:  # handed to the reader, whatever it is
            self.error = error
        if self.error is not None and is_at(self._descriptor, part):
            part.unlink()
        Path(f"{part}{WAITING}").unlink(missing_ok=True)
        # The reader holds the same open file: from now on it only uses it.
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        with self._condition:
            self._condition.notify_all()

    def _write(self, part: Path) -> None:
        order = self._order
        places: Places = {}
        offset = self._append(head_bytes(order.facts, order.times_ms))
        frames = decode(order.video, order.times_ms, order.recipe, self._beat)
        for time_ms, jpeg in frames:
            self._keep_pace()
            record = record_bytes(time_ms, jpeg)
            offset += self._append(record)
            places[time_ms] = (offset - len(jpeg), len(jpeg))
            self._made += 1
        self._append(end_bytes(places))
        os.fsync(self._descriptor)
        if is_at(self._descriptor, part):
            part.replace(order.path)
        shrink_cache(limit_bytes(order.folder), order.folder)

    def _append(self, content: bytes) -> int:
        written = 0
        while written < len(content):
            written += os.write(self._descriptor, content[written:])
        return written

    def _beat(self) -> None:
        self.pulse.beat()
        now = time.monotonic()
        if now - self._signed > _SIGN_SECONDS:
            self._signed = now
            os.utime(self._descriptor)
            if self._stopped:
                raise _StoppedError

    def _keep_pace(self) -> None:
        with self._condition:
            while not self._stopped and self._made - self._asked > AHEAD_FRAMES:
                self._beat()
                if self._readers or _others_wait(self._order):
                    break
                self._condition.wait(_LOOK_SECONDS)
            if self._stopped:
                raise _StoppedError


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one at a path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _others_wait(order: Order) -> bool:
    """Whether another process has locked the file that says so."""
    try:
        descriptor = os.open(f"{order.path}{PART}{WAITING}", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _full(folder: Path) -> ComeBackLater:
    with suppress(OSError):
        shrink_cache(0, folder)
    return ComeBackLater(
        f"the disk of {folder} is full; frames that no one uses were deleted: try again, or set "
        "TOUCHLINE_CACHE to a folder on another disk."
    )
