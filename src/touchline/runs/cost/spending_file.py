"""What was set aside and paid for a run's answers: one file, shared by all processes that ask.

A line of JSON is appended, under a lock (`flock`), before an answer that costs money is asked and
after it came. So processes and workers of one machine count one budget together, and what a killed
process had set aside stays counted: nobody knows whether it was paid. Each session of a run begins
with what the journals say that is spent, so that the journals stay the owner of what answers cost,
plus what no journal knows: tries without an answer, and answers without a usable count of tokens.
"""

import fcntl
import json
import math
import os
import platform
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import make_folder, place_error

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money that is set aside for a request.

    Attributes:
        usd: how much.
        key: of the request.
        at_ms: when, in Unix milliseconds.
    """

    usd: float
    key: str
    at_ms: int


class SpendingFile:
    """Reads and appends to the file.

    Attributes:
        spent_usd: in all, without what is set aside.
        unrecorded_usd: of it, what no journal knows.
        session: number of the session whose beginning was read last, or None.
        limit_usd: the most that this session may spend; infinity where it has no limit.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._offset = 0
        self._open: dict[str, Reservation] = {}
        self.limit_usd = math.inf
        self._machine = _machine()
        self.spent_usd = 0.0
        self.unrecorded_usd = 0.0
        self.session: int | None = None

    def refresh(self) -> None:
        """Reads what was appended since the last time, by this process too."""
        with self._lock:
            try:
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    content = file.read()
            except FileNotFoundError:
                return
            complete = content[: content.rfind(b"\n") + 1]
            self._offset += len(complete)
            for line in complete.splitlines():
                self._read(line)

    def unresolved(self, is_recorded: Callable[[Reservation], bool]) -> float:
        """US dollars set aside by processes that are gone, of which no journal knows.

        Args:
            is_recorded: whether a journal has a record of a request since its reservation.
        """
        with self._lock:
            left = [one for one in self._open.values() if not is_recorded(one)]
            return math.fsum(one.usd for one in left)

    def begin(
        self,
        session: int,
        limit_usd: float,
        recorded_usd: Callable[[], float],
        is_recorded: Callable[[Reservation], bool],
    ) -> None:
        """Begins to count in a session, unless another of its processes has.

        Args:
            session: its number; no process of an earlier one is left.
            limit_usd: the most that the session may spend; infinity sets no limit.
            recorded_usd: gives what the journals say that is spent.
            is_recorded: see `unresolved`.

        Raises:
            UserError: the file cannot be written.
            ComeBackLater: the disk is full.
        """
        with self._locked() as handle:
            if self.session == session:
                return
            unrecorded = self.unrecorded_usd + self.unresolved(is_recorded)
            line = {
                "session": session,
                "spent_usd": recorded_usd() + unrecorded,
                "unrecorded_usd": unrecorded,
                "limit_usd": None if math.isinf(limit_usd) else limit_usd,
                "machine": _machine(),
            }
            self._append(handle, line)

    def reserve(self, key: str, usd: float, limit_usd: float) -> str | None:
        """Sets money aside, unless the limit could be passed with all that is set aside.

        Args:
            key: of the request.
            usd: how much.
            limit_usd: the most that may be spent in all; the session's own limit holds as well.

        Returns:
            A name for `settle`; None where it does not fit.

        Raises:
            UserError: there is a limit, and it is counted on another machine.
        """
        with self._locked() as handle:
            limit = min(limit_usd, self.limit_usd)
            if not math.isinf(limit) and self._machine != _machine():
                raise UserError(
                    "a budget is counted on one machine, and this run's is counted on "
                    f"{self._machine.partition(' ')[0]}: use --join there."
                )
            held = math.fsum(one.usd for one in self._open.values())
            if self.spent_usd + held + usd > limit:
                return None
            name = uuid.uuid4().hex
            at_ms = time.time_ns() // 1_000_000
            self._append(handle, {"reserve": name, "key": key, "usd": usd, "at_ms": at_ms})
            if not math.isinf(limit):
                os.fdatasync(handle)
            return name

    def settle(self, name: str, spent_usd: float, recorded_usd: float) -> None:
        """Releases a reservation, and counts what was spent.

        Args:
            name: of the reservation.
            spent_usd: US dollars.
            recorded_usd: those of them that the journal knows of.
        """
        with self._locked() as handle:
            self._append(handle, {"settle": name, "usd": spent_usd, "recorded_usd": recorded_usd})

    def _append(self, handle: int, values: dict[str, Any]) -> None:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        line = b"\n" * torn + json.dumps(values).encode() + b"\n"
        os.write(handle, line)
        self.refresh()

    def _read(self, line: bytes) -> None:
        """Counts one line; one that a full disk cut off, or that is damaged, is passed over."""
        try:
            values = json.loads(line)
            if "session" in values:
                self._begin(values)
            elif "reserve" in values:
                one = Reservation(_usd(values["usd"]), str(values["key"]), int(values["at_ms"]))
                self._open[str(values["reserve"])] = one
            else:
                spent, recorded = _usd(values["usd"]), _usd(values["recorded_usd"])
                self._open.pop(str(values["settle"]), None)
                self.spent_usd += spent
                self.unrecorded_usd += max(0.0, spent - recorded)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return

    def _begin(self, values: dict[str, Any]) -> None:
        spent, unrecorded = _usd(values["spent_usd"]), _usd(values["unrecorded_usd"])
        limit, session = values["limit_usd"], int(values["session"])
        self.limit_usd = math.inf if limit is None else _usd(limit)
        self._machine = str(values["machine"])
        self._open.clear()
        self.spent_usd, self.unrecorded_usd, self.session = spent, unrecorded, session

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Holds the file's lock, which the system releases when a process dies."""
        with self._lock:
            try:
                make_folder(self._path.parent)
                handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o644)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX)
                    self.refresh()
                    yield handle
                finally:
                    os.close(handle)
            except OSError as error:
                raise _cannot_write(self._path, error) from error


def _cannot_write(path: Path, error: OSError) -> Exception:
    what = f"money cannot be counted in {path}"
    return place_error(error, what, "put the run on a disk that can be written and locked")


def _usd(value: Any) -> float:
    found = float(value)
    if not (math.isfinite(found) and found >= 0):
        raise ValueError(value)
    return found


def _machine() -> str:
    """This machine since it was started: what `flock` is sure to reach."""
    try:
        return f"{platform.node()} {_BOOT_ID.read_text(encoding='ascii').strip()}"
    except OSError:
        return f"{platform.node()} "
