"""What was set aside and paid for a run's answers: one file, shared by all processes that ask.

A record is appended, under a lock (`flock`), before an answer that costs money is asked and after
it came; see `money` for what it says and what a damaged one costs. So processes and workers of one
machine count one budget together, and what a killed process had set aside stays counted: nobody
knows whether it was paid. Each session of a run begins with what the journals say that is spent, so
that the journals stay the owner of what answers cost, plus what no journal knows: tries without an
answer, and answers without a usable count of tokens.
"""

import fcntl
import math
import os
import platform
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from touchline.errors import ComeBackLater, UserError
from touchline.files import make_folder, place_error, sync_folder
from touchline.runs.cost.money import Money, Reservation, Totals, record_of

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TORN = re.compile(rb"[0-9a-f]{0,8}|[0-9a-f]{8} [ -~]*")
"""The beginning of a record, whose end was never written: whoever wrote it did not go on."""


class SpendingFile:
    """Reads and appends to the file.

    Attributes:
        path: of the file.

    Args:
        path: see the attribute.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._offset = 0
        self._money = Money()

    @property
    def spent_usd(self) -> float:
        """What is spent in all, as far as was read, without what is set aside."""
        return self._money.totals.spent_usd

    @property
    def unrecorded_usd(self) -> float:
        """What no journal knows of what is spent."""
        return self._money.totals.unrecorded_usd

    @property
    def limit_usd(self) -> float:
        """The most that the session may spend; infinity where it has no limit."""
        return self._money.totals.limit_usd

    @property
    def damaged(self) -> int:
        """Records of the session that are not as they were written."""
        return self._money.damaged

    def refresh(self) -> None:
        """Reads what was appended since the last time, by this process too."""
        with self._lock:
            try:
                with self.path.open("rb") as file:
                    if os.fstat(file.fileno()).st_size < self._offset:
                        self._offset = 0  # the next record has the totals of what is gone
                    file.seek(self._offset)
                    content = file.read()
            except FileNotFoundError:
                self._offset = 0
                return
            complete = content[: content.rfind(b"\n") + 1]
            self._offset += len(complete)
            for line in complete.split(b"\n"):
                self._money.read(line)

    def unresolved(self, is_recorded: Callable[[Reservation], bool]) -> float:
        """US dollars set aside by processes that are gone, of which no journal knows.

        Args:
            is_recorded: whether a journal has a record of a request since its reservation.
        """
        with self._lock:
            return self._money.unresolved(is_recorded)

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
            if self._money.totals.session == session:
                return
            unrecorded = self.unrecorded_usd + self.unresolved(is_recorded)
            spent = recorded_usd() + unrecorded
            begun = Totals(session, limit_usd, _machine(), spent, unrecorded)
            self._append(handle, self._money.session_record(begun))

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
            ComeBackLater: nothing in the file says what is spent.
        """
        with self._locked() as handle:
            limit, now = min(limit_usd, self.limit_usd), self._money.totals
            if now.session is None:
                raise ComeBackLater(
                    f"{self.path} does not say what is spent: the same command counts it again."
                )
            if not math.isinf(limit) and now.machine != _machine():
                raise UserError(
                    "a budget is counted on one machine, and this run's is counted on "
                    f"{now.machine.partition(' ')[0]}: use --join there."
                )
            if now.spent_usd + self._money.held_usd(usd) + usd > limit:
                return None
            name = uuid.uuid4().hex
            one = Reservation(usd, key, time.time_ns() // 1_000_000)
            self._append(handle, self._money.reserve_record(name, one))
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
            record = self._money.settle_record(name, spent_usd, recorded_usd)
            self._append(handle, record)

    def _append(self, handle: int, record: bytes) -> None:
        while record:  # the last part that fits on a full disk is no error yet
            record = record[os.write(handle, record) :]
        self.refresh()

    def _mend(self, handle: int) -> None:
        """Removes a torn record at the end of the file; ends a damaged one, so that it counts."""
        left = os.pread(handle, os.fstat(handle).st_size - self._offset, self._offset)
        if _TORN.fullmatch(left) and record_of(left) is None:
            os.ftruncate(handle, self._offset)
        elif left:
            self._append(handle, b"\n")

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Holds the file's lock, which the system releases when a process dies."""
        with self._lock:
            try:
                make_folder(self.path.parent)
                is_new = not self.path.exists()
                handle = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o644)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX)
                    if is_new:
                        sync_folder(self.path.parent)
                    self.refresh()
                    self._mend(handle)
                    yield handle
                finally:
                    os.close(handle)
            except OSError as error:
                raise _cannot_write(self.path, error) from error


def _cannot_write(path: Path, error: OSError) -> Exception:
    what = f"money cannot be counted in {path}"
    return place_error(error, what, "put the run on a disk that can be written and locked")


def _machine() -> str:
    """This machine since it was started: what `flock` is sure to reach."""
    try:
        return f"{platform.node()} {_BOOT_ID.read_text(encoding='ascii').strip()}"
    except OSError:
        return f"{platform.node()} "
