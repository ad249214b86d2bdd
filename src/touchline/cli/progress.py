"""Progress of long work: a bar with rate and time left on a terminal, quiet lines elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

_QUIET_SECONDS = 10.0


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


class RunProgress:
    """Shows how many windows of each model are answered; given to `touchline.runs.run`.

    It writes to standard error, so that standard output is the result's alone. Other long work
    uses it with a unit of its own.
    """

    def __init__(self, unit: str = "windows") -> None:
        self._unit = unit
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(unit),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._quiet = not console.is_terminal
        self._tasks: dict[str, TaskID] = {}
        self._started: dict[str, tuple[float, int]] = {}
        self._spoken = 0.0
        self._ended: set[str] = set()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Shows that `done` of `total` windows of `what` are answered."""
        if self._quiet:
            self._line(what, done, total)
            return
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total, completed=done)
        self._bar.update(self._tasks[what], completed=done)

    def _line(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        began, at_first = self._started.setdefault(what, (now, done))
        if what in self._ended or (done < total and now - self._spoken < _QUIET_SECONDS):
            return
        self._spoken = now
        if done >= total:
            self._ended.add(what)
        rate = (done - at_first) / (now - began) if now > began else 0.0
        left = (
            f", {rate:.1f}/s, {(total - done) / rate:.0f} s left"
            if rate > 0 and done < total
            else ""
        )
        sys.stderr.write(f"{what}: {done} of {total} {self._unit}{left}\n")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
