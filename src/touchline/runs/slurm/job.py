"""A job: it asks its part, stops in time, and is requeued where that is allowed."""

import os
import platform
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType

from touchline.errors import ComeBackLater
from touchline.progress import Progress
from touchline.runs.asking.pool import Pool
from touchline.runs.asking.sharing.jobs import asking_as_job
from touchline.runs.asking.stop import SIGNALS, TIME_OVER, Stop, stop_on_signals
from touchline.runs.asking.worker import WorkResult, work
from touchline.runs.asking.workers import WorkerConfig
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.shards import Shard
from touchline.runs.slurm.commands import end_time_s, requeue
from touchline.runs.slurm.environment import JobIdentity, own_job, worker_environment
from touchline.runs.slurm.submissions import ArrayTask, read_submission
from touchline.text import counted

_MOST_EARLY = 2 / 3
"""Of its time: a job whose time is shorter than it should stop early still does something."""


def run_job(folder: Path, number: int, advance: Progress) -> WorkResult:
    """Asks the part of a run that this SLURM job was submitted for.

    It stops by itself before its time limit, else on SLURM's signal; what a kill leaves unanswered
    is asked by the next job. If its time was too short and it made progress, it is requeued where
    the cluster allows it.

    Args:
        folder: of the run.
        number: of the submission.
        advance: called after every answer.

    Raises:
        UserError: this is not a SLURM job, or its model cannot be asked.
        ComeBackLater: it was stopped before the end, or a process of `touchline run` asks.
    """
    place = own_job(os.environ)
    os.environ.update(worker_environment(os.environ))
    submission = read_submission(folder, number)
    task = submission.tasks[place.index or 0]
    deadline_s = _deadline_s(end_time_s(place.job), submission.stop_before_s)
    stop = Stop(deadline_s)
    _announce(place, task, deadline_s)
    gains = _Gains(advance)
    with (
        stop_on_signals(SIGNALS, stop),
        _stopping_in_time(stop),
        asking_as_job(folder, stop, _log),
    ):
        worked = _worked(folder, task, submission.gpus_per_worker, stop, gains)
    if not worked.stopped:
        return worked
    again = worked.stopped == TIME_OVER and gains.any and requeue(place.job)
    how = "this job was requeued" if again else "submit them with `touchline run --on slurm`"
    raise ComeBackLater(
        f"{worked.stopped}; {counted(worked.left, 'window')} of model '{task.model}' left to ask: "
        f"{how}."
    )


def _worked(
    folder: Path, task: ArrayTask, gpus_per_worker: int, stop: Stop, advance: Progress
) -> WorkResult:
    """Asks with one worker for each group of GPUs, or in this process where there is one."""
    shard = Shard.parse(task.shard)
    workers = WorkerConfig(_groups(os.environ.get("CUDA_VISIBLE_DEVICES", ""), gpus_per_worker))
    card = PlanFile.read(folder).model(task.model).load_card()
    if len(workers.devices) > 1 and workers.applies_to(card):
        return Pool(folder, task.model, workers, stop, advance, shard).work()
    return work(folder, task.model, shard, stop, advance)


def _groups(visible: str, size: int) -> tuple[str, ...]:
    """The visible GPUs in groups of equal size; what is left over is not used.

    >>> _groups("0,1,2,3", 2)
    ('0,1', '2,3')
    """
    gpus = visible.split(",")
    return tuple(",".join(gpus[i : i + size]) for i in range(0, len(gpus) - size + 1, size))


def _log(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _announce(place: JobIdentity, task: ArrayTask, deadline_s: float | None) -> None:
    """The first line of a job's log."""
    gpus = os.environ.get("CUDA_VISIBLE_DEVICES", "none")
    until = (
        f"{datetime.fromtimestamp(deadline_s):%H:%M:%S}"
        if deadline_s
        else "its end (SLURM does not say when)"
    )
    _log(
        f"job {place.job} on {platform.node()}: {task.model} {task.shard}, GPUs {gpus}, "
        f"takes questions until {until}"
    )


def _deadline_s(end_s: float | None, stop_before_s: int) -> float | None:
    if end_s is None:
        return None
    now = time.time()
    return end_s - min(stop_before_s, max(0.0, end_s - now) * _MOST_EARLY)


@dataclass
class _Gains:
    """Passes progress on and notes whether there was any: a job that cannot answer one window in
    its time must not be requeued for ever.
    """

    advance: Progress
    first: int | None = None
    any: bool = False

    def __call__(self, done: int, total: int) -> None:
        if self.first is None:
            self.first = done
        self.any = done > self.first
        self.advance(done, total)


@contextmanager
def _stopping_in_time(stop: Stop) -> Iterator[None]:
    """Stops on SLURM's signal that the time is nearly over, as on the deadline."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.request(TIME_OVER)

    before = signal.signal(signal.SIGUSR2, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGUSR2, before)
