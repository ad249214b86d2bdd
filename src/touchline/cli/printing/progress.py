"""Progress of long work: a bar with rate and time left on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

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

from touchline.cli.printing.terminal import make_console
from touchline.progress import Progress as TaskProgress
from touchline.text import inert

_QUIET_SECONDS = 10.0


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


class SpendText:
    """What a run has spent, and how fast, as text; empty where it is free.

    Args:
        usd: returns the US dollars that were spent so far.
    """

    def __init__(self, usd: Callable[[], float]) -> None:
        self._usd = usd
        self._began_s = time.monotonic()
        self._at_first_usd = usd()

    def __str__(self) -> str:
        usd = self._usd()
        hours = (time.monotonic() - self._began_s) / 3600
        rate = (usd - self._at_first_usd) / hours if hours else 0.0
        return f"{usd:.2f} USD, {rate:.2f} USD/h" if usd else ""


class _Money(ProgressColumn):
    def __init__(self, spent: SpendText | None) -> None:
        super().__init__()
        self._spent = spent

    def render(self, task: Task) -> Text:
        return Text("" if self._spent is None or task.finished else str(self._spent))


class RunProgress:
    """Shows how many windows of each model are answered; given to `touchline.runs.run`.

    It writes to standard error, so that standard output is the result's alone. Other long work
    uses it with a unit of its own.

    Args:
        unit: what is shown.
        spent_usd: returns the US dollars that were spent so far, or None where nothing is paid.
        scale: how many of what is counted make one unit; bytes shown as MB are 1,000,000.
    """

    def __init__(
        self,
        unit: str = "windows",
        spent_usd: Callable[[], float] | None = None,
        scale: int = 1,
    ) -> None:
        self._unit = unit
        self._scale = scale
        self._spent = None if spent_usd is None else SpendText(spent_usd)
        console = make_console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(unit),
            _Rate(),
            TimeRemainingColumn(),
            _Money(self._spent),
            console=console,
            disable=not console.is_terminal,
        )
        self._quiet = not console.is_terminal
        self._tasks: dict[str, TaskID] = {}
        self._at_first: dict[str, int] = {}
        self._answering: dict[str, tuple[float, int]] = {}
        self._spoken = 0.0
        self._ended: set[str] = set()

    def __call__(self, name: str, done: int, total: int) -> None:
        """Shows that `done` of `total` windows of `name` are answered."""
        done, total = done // self._scale, total // self._scale
        if self._quiet:
            self._line(name, done, total)
            return
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(name, total=total, completed=done)
        self._bar.update(self._tasks[name], completed=done)

    def say(self, sentence: str) -> None:
        """Writes a sentence above the bars."""
        self._bar.console.print(
            f"touchline: {sentence}", markup=False, highlight=False, soft_wrap=True
        )

    def named(self, name: str) -> TaskProgress:
        """The progress of one piece of work under a name of its own."""
        return partial(self, name)

    def _line(self, name: str, done: int, total: int) -> None:
        now = time.monotonic()
        began, at_first = self._pace(name, done, now)
        if name in self._ended or (done < total and now - self._spoken < _QUIET_SECONDS):
            return
        self._spoken = now
        if done >= total:
            self._ended.add(name)
        rate = (done - at_first) / (now - began) if now > began else 0.0
        left = (
            f", {rate:.1f}/s, {(total - done) / rate:.0f} s left"
            if rate > 0 and done < total
            else ""
        )
        money = f", {spent}" if self._spent and (spent := str(self._spent)) else ""
        sys.stderr.write(f"{inert(name)}: {done} of {total} {self._unit}{left}{money}\n")

    def _pace(self, name: str, done: int, now: float) -> tuple[float, int]:
        """When, and at how many, counting began: at the first answer.

        The time before it is that of loading a model, which says nothing of the answers to come.
        """
        first = self._at_first.setdefault(name, done)
        if done > first:
            return self._answering.setdefault(name, (now, done))
        return now, done

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
