"""Running a plan under a progress bar, and printing its result; several verbs share it."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from touchline.cli.printing.terminal import make_console, say

if TYPE_CHECKING:
    from touchline.runs import (
        AskAgain,
        EngineFactory,
        FinishResult,
        JoinResult,
        Plan,
        RunResult,
        WorkerConfig,
    )


def run_plan(
    plan: "Plan",
    folder: Path,
    workers: "WorkerConfig | None" = None,
    engines: "EngineFactory | None" = None,
    again: "Collection[AskAgain]" = (),
) -> "RunResult":
    """Runs a plan in a folder, with progress on standard error.

    The first signal to stop lets the windows in flight be answered, the second stops at once.
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.runs import SIGNALS, Stop, run, run_until_answered, stop_on_signals

    stop = Stop()
    spent = None if engines is None else lambda: engines.spent_usd
    with RunProgress(spent_usd=spent) as progress, stop_on_signals(SIGNALS, stop):

        def ask(part: "Plan") -> "RunResult":
            return run(part, folder, progress, stop, engines, workers, progress.say, again=again)

        result = (
            ask(plan)
            if plan.bench.stopping is None
            else run_until_answered(plan, folder, ask, progress.say)
        )
    _warn(result)
    return result


def try_plan(
    plan: "Plan", folder: Path, engines: "EngineFactory", budget: str | None, as_json: bool
) -> None:
    """Asks two windows of each model, and prints what the whole would take.

    Raises:
        UserError: no model could be asked; everything else is printed before.
        ComeBackLater: it was stopped.
    """
    from touchline.cli.printing.estimate import show_estimate
    from touchline.cli.printing.progress import RunProgress
    from touchline.errors import ComeBackLater, UserError
    from touchline.runs import SIGNALS, Stop, run_trial, stop_on_signals

    stop = Stop()
    with (
        RunProgress(spent_usd=lambda: engines.spent_usd) as progress,
        stop_on_signals(SIGNALS, stop),
    ):
        trials = run_trial(plan, folder, engines, progress, stop, progress.say)
    if stop.reason is not None:
        raise ComeBackLater(f"{stop.reason}; the windows that were answered are kept.")
    show_estimate(
        plan, folder, batch=False, gpu=None, as_json=as_json, budget=budget, trials=trials
    )
    if trials and all(one.refused is not None for one in trials):
        raise UserError("no model could be asked; the reasons are above.")


def share_run(
    plan: "Plan",
    folder: Path,
    workers: "WorkerConfig | None",
    engines: "EngineFactory",
    as_json: bool,
) -> None:
    """Shares the work of the run that is asked in a folder, and prints what came of it.

    Where none is asked there, this is that run.

    Raises:
        UserError: there are batches, or a model could not be asked at all.
    """
    from touchline.cli.printing.progress import RunProgress
    from touchline.runs import SIGNALS, RunResult, Stop, run_or_join, stop_on_signals
    from touchline.text import counted

    engines.refuse_batches()
    stop = Stop()
    with (
        RunProgress(spent_usd=lambda: engines.spent_usd) as progress,
        stop_on_signals(SIGNALS, stop),
    ):
        result = run_or_join(plan, folder, progress, stop, engines, workers, progress.say)
    if isinstance(result, RunResult):
        _warn(result)
        show_result(result, as_json)
        return
    if as_json:
        say(json.dumps({"joined": str(folder), "windows": result.windows}))
    else:
        asked = counted(result.windows, "window")
        say(f"asked {asked} of {folder}; the run that was joined makes the report.")
    refuse(result)


def _warn(result: "RunResult") -> None:
    for warning in result.warnings:
        say(f"touchline: {warning}", err=True)


def show_finished(finished: "FinishResult", as_json: bool, notes: bool = False) -> None:
    """Prints the leaderboard of a finished run and where its report is.

    Args:
        finished: the run's results.
        as_json: print for programs.
        notes: print the notes beside the rows, too.
    """
    from touchline.report import leaderboard_json, terminal_table

    if as_json:
        rows = leaderboard_json(finished.rows)
        say(json.dumps({"leaderboard": rows, "report": str(finished.report)}, indent=1))
        return

    make_console().print(terminal_table(finished.rows))
    for row in finished.rows if notes else ():
        if row.note:
            say(f"{row.model}: {row.note}")
    if finished.data.sweep:
        say(f"sweep: {finished.report.parent / 'sweep.csv'}")
    say(f"report: {finished.report}")


def show_result(result: "RunResult", as_json: bool) -> None:
    """Prints the result of a run.

    Raises:
        UserError: a model could not be asked at all; everything else is printed before.
    """
    show_finished(result.finished, as_json, notes=True)
    refuse(result)


def refuse(result: "RunResult | JoinResult") -> None:
    """Raises if models could not be asked.

    Raises:
        UserError: naming the first of them and how many there are.
    """
    from touchline.errors import UserError
    from touchline.text import counted

    if result.refused:
        first, *others = dict.fromkeys(result.refused.values())  # cells of a sweep share theirs
        for sentence in others:
            say(f"touchline: {sentence}", err=True)
        more = f" ({counted(len(others), 'more model')} above)" if others else ""
        raise UserError(first + more)
