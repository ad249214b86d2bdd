"""One run's folder is asked by one `touchline run`, and by those that joined it.

Each start makes the file of the next number in `asking/`: only one process can. Processes that
join it have a file each in the folder of that number. While one of them is there, another start
is refused; one that was killed is recognised (see `asking_process`), and its number passed over.
Numbers are never used again, so nobody can delete the file of another by mistake.
"""

import shutil
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType

from touchline.errors import ComeBackLater, UserError
from touchline.files import make_folder, place_error, write_atomically
from touchline.progress import Notify
from touchline.runs.asking.sharing import presence
from touchline.runs.asking.sharing.asking_process import (
    ProcessIdentity,
    Watcher,
    announce,
    read_process,
)
from touchline.runs.asking.sharing.jobs import refuse_beside_jobs
from touchline.runs.asking.sharing.presence import (
    LEFT,
    Heartbeat,
    is_free,
    living,
    newest_session,
    session_files,
)
from touchline.runs.asking.sharing.window_claims import WindowClaims
from touchline.runs.asking.stop import Stop
from touchline.runs.run_folder import RunFolder

_PLANNED = "planned"
_WHOLE = b"whole"


class Session(AbstractContextManager["Session"]):
    """This process's part in asking a run; left when its block ends.

    Attributes:
        is_first: whether this process started the session, and so plans and finishes the run.

    Args:
        folder: of the session.
        file: of this process.
        process: this process.
        stop: is requested when another process took this one for gone.
        is_first: see the attribute.
    """

    def __init__(
        self, folder: Path, file: Path, process: ProcessIdentity, stop: Stop, is_first: bool
    ) -> None:
        self.is_first = is_first
        self._folder, self._file, self._process, self._stop = folder, file, process, stop
        self._watcher = Watcher()
        self._heart = Heartbeat(file, self._look)

    def claims(self, model: str, total: int, *, whole: bool = False) -> WindowClaims:
        """Which questions to a model this process asks.

        Args:
            model: its name.
            total: how many questions there are.
            whole: whether one process has to ask all of them.
        """
        if not self.is_first:
            whole = whole or self._mark(model).read_bytes() == _WHOLE
        return WindowClaims(
            self._folder / "claims" / model, total, self._process.id, self._gone, whole
        )

    def note_planned(self, model: str, *, whole: bool) -> None:
        """Tells those who join that a model's questions are written.

        Args:
            model: its name.
            whole: whether they have to leave all of them to this process, which has claimed them.
        """
        if self.is_first:
            write_atomically(self._mark(model), _WHOLE.decode() if whole else "")

    def wait_until_planned(self, model: str) -> bool:
        """Waits until a model's questions are written; False where nobody is there to do it."""
        while not self._mark(model).exists():
            if self._stop.reason is not None or is_free(self._opener, self._watcher):
                return False
            time.sleep(presence.POLL_S)
        return True

    @property
    def first_is_gone(self) -> bool:
        """Whether the process that started the session is there no more."""
        return bool(is_free(self._opener, self._watcher))

    @property
    def _opener(self) -> Path:
        return self._folder.with_suffix(".json")

    def _mark(self, model: str) -> Path:
        return self._folder / _PLANNED / f"{model}.txt"

    def _gone(self, process: str) -> bool:
        """Whether a process of this session is gone, by its id."""
        first = read_process(self._opener)
        if first is not None and first.id == process:
            return bool(is_free(self._opener, self._watcher))
        return bool(self._watcher.is_gone(self._folder / f"{process}.json"))

    def _look(self) -> None:
        if newest_session(self._folder.parent) > int(self._folder.name):
            self._stop.request("another process has taken over this run")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._heart.stop()
        # Where that fails, others see from the process itself that it is gone.
        with suppress(OSError, ComeBackLater, UserError):
            if self.is_first:
                write_atomically(self._file, LEFT)
                if not any(self._folder.glob("*.json")):
                    shutil.rmtree(self._folder, ignore_errors=True)
            else:
                self._file.unlink(missing_ok=True)


def open_session(run: Path, stop: Stop, notify: Notify, *, join: bool = False) -> Session:
    """Begins to ask in a run's folder, alone or with those who ask there already.

    Args:
        run: the folder of the run; made if it does not exist.
        stop: of this process.
        notify: gets sentences for the user.
        join: share the work of the process that asks there, if there is one.

    Raises:
        ComeBackLater: another process asks there, and this one was not told to join it; or a job
            of SLURM asks there; or the disk is full, or fails.
        UserError: the folder cannot be written.
    """
    try:
        return _opened(run, stop, notify, join)
    except OSError as error:
        remedy = "choose another folder with --out"
        raise place_error(error, f"{run} cannot be written", remedy) from error


def _opened(run: Path, stop: Stop, notify: Notify, join: bool) -> Session:
    folder = RunFolder(run).asking
    make_folder(folder)
    process = ProcessIdentity.own()
    while True:
        number = newest_session(folder)
        before = folder / f"{number:04d}"
        busy = living(session_files(before), notify) if number else None
        if busy is not None and join:
            return _joined(before, process, stop)
        if busy is not None:
            raise ComeBackLater(_sentence(run, busy))
        file = folder / f"{number + 1:04d}.json"
        if not announce(file, process):
            continue
        # One that joined after the look above is noticed here; it looks at the number after that.
        busy = living(session_files(before), notify) if number else None
        if busy is not None:
            write_atomically(file, LEFT)
            raise ComeBackLater(_sentence(run, busy))
        try:
            refuse_beside_jobs(run, notify)
        except ComeBackLater:
            write_atomically(file, LEFT)
            raise
        own = folder / file.stem
        make_folder(own)
        _remove_older(folder, number + 1)
        return Session(own, file, process, stop, is_first=True)


def session_number(run: Path) -> int:
    """The number of the session that asks in a run's folder, or was the last; 0 without any."""
    return newest_session(RunFolder(run).asking)


def _joined(session: Path, process: ProcessIdentity, stop: Stop) -> Session:
    make_folder(session)
    file = session / f"{process.id}.json"
    announce(file, process)
    if newest_session(session.parent) > int(session.name):
        file.unlink()
        raise ComeBackLater("the run has just been restarted: use the same command again.")
    return Session(session, file, process, stop, is_first=False)


def _remove_older(folder: Path, number: int) -> None:
    for entry in folder.iterdir():
        if entry.stem.isdecimal() and int(entry.stem) < number:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def _sentence(run: Path, busy: str) -> str:
    return (
        f"{run} is being asked by {busy}: wait for it to end, or share its work with --join; "
        "nothing was asked here."
    )
