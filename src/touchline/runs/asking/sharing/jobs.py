"""Jobs of SLURM in a run's folder: they ask while no `touchline run` does, and the other way round.

Both sides first say that they are there and then look for the other, so of two that start at once
at least one leaves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from touchline.errors import ComeBackLater
from touchline.files import make_folder
from touchline.progress import Notify
from touchline.runs.asking.sharing.asking_process import ProcessIdentity, announce
from touchline.runs.asking.sharing.presence import (
    Heartbeat,
    living,
    newest_session,
    session_files,
)
from touchline.runs.asking.stop import Stop
from touchline.runs.run_folder import RunFolder


@contextmanager
def asking_as_job(run: Path, stop: Stop, notify: Notify) -> Iterator[None]:
    """A job asks in this block, and no process of `touchline run` does.

    Args:
        run: its folder.
        stop: is requested when a process took this job for gone.
        notify: gets sentences for the job's log.

    Raises:
        ComeBackLater: another process asks there, or the disk is full.
        UserError: the folder cannot be written.
    """
    folder = _folder(run)
    make_folder(folder)
    process = ProcessIdentity.own()
    file = folder / f"{process.id}.json"
    announce(file, process)

    def look() -> None:
        if not file.exists():
            stop.request("another process has taken over this run")

    heart = Heartbeat(file, look)
    try:
        refuse_where_asked(run, notify)
        yield
    finally:
        heart.stop()
        file.unlink(missing_ok=True)


def refuse_where_asked(run: Path, notify: Notify) -> None:
    """Looks whether a process of `touchline run` asks in a run's folder.

    Raises:
        ComeBackLater: one does.
    """
    asking = RunFolder(run).asking
    number = newest_session(asking)
    busy = living(session_files(asking / f"{number:04d}"), notify) if number else None
    if busy is not None:
        raise ComeBackLater(
            f"{run} is being asked by {busy}: SLURM is left out until it has ended, and "
            f"`touchline run {run} --on slurm` submits what is missing then."
        )


def refuse_beside_jobs(run: Path, notify: Notify) -> None:
    """Looks whether jobs of SLURM ask in a run's folder; what those left that were killed goes.

    Raises:
        ComeBackLater: one does.
    """
    files = list(_folder(run).glob("*.json"))
    busy = living(files, notify)
    if busy is not None:
        raise ComeBackLater(
            f"{run} is being asked by a job of SLURM ({busy}): wait for the jobs to end, or end "
            f"them with scancel (`touchline status {run}` lists them); nothing was asked here."
        )
    for file in files:
        file.unlink(missing_ok=True)


def _folder(run: Path) -> Path:
    return RunFolder(run).asking / "jobs"
