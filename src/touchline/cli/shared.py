"""What several verbs do alike: run a plan under a progress bar and show what came of it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from touchline.runs import EngineFactory, Plan, RunResult, WorkerConfig


def run_plan(
    plan: "Plan",
    folder: Path,
    workers: "WorkerConfig | None" = None,
    spending: "EngineFactory | None" = None,
) -> "RunResult":
    """Runs a plan in a folder, with progress on standard error.

    The first signal to stop lets the windows in flight be answered, the second stops at once.
    """
    from touchline.cli.progress import RunProgress
    from touchline.runs import SIGNALS, Stop, run, stop_on_signals

    stop = Stop()
    spent = None if spending is None else lambda: spending.spent_usd
    with RunProgress(spent_usd=spent) as progress, stop_on_signals(SIGNALS, stop):
        result = run(plan, folder, progress, stop, spending, workers, progress.say)
    for warning in result.warnings:
        typer.echo(f"touchline: {warning}", err=True)
    return result


def show_result(result: "RunResult", as_json: bool) -> None:
    """Prints the leaderboard and where the report is; ends with exit code 2 if a model refused.

    Raises:
        UserError: a model could not be asked at all; everything else is printed before.
    """
    from touchline.report import leaderboard_json, terminal_table

    finished = result.finished
    if as_json:
        rows = leaderboard_json(finished.rows)
        typer.echo(json.dumps({"leaderboard": rows, "report": str(finished.report)}, indent=1))
    else:
        from rich.console import Console

        Console().print(terminal_table(finished.rows))
        for row in finished.rows:
            if row.note:
                typer.echo(f"{row.model}: {row.note}")
        typer.echo(f"report: {finished.report}")
    refuse(result)


def refuse(result: "RunResult") -> None:
    """Turns models that could not be asked into the user's error.

    Raises:
        UserError: naming the first of them and how many there are.
    """
    from touchline.errors import UserError

    if result.refused:
        first = next(iter(result.refused.values()))
        more = (
            f" ({len(result.refused) - 1} more models likewise)" if len(result.refused) > 1 else ""
        )
        raise UserError(first + more)
