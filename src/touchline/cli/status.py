"""`touchline status`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import make_console, say

if TYPE_CHECKING:
    from touchline.runs import ModelStatus


def status(
    folder: Annotated[Path, typer.Argument(help="Folder of a run.")],
    halves: Annotated[bool, typer.Option("--halves", help="Show every half.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show the progress of a run, running or not: answered, failed and missing windows.

    Only files are read, so it works from any machine at any time. For a run on SLURM it also shows
    the jobs, and why they wait.

    Example: `touchline status runs/first`
    """
    import json

    from rich import box
    from rich.table import Table

    from touchline.runs import job_sentences, run_status
    from touchline.text import counted

    found, jobs = run_status(folder), job_sentences(folder)
    if as_json:
        models = [one.to_json() for one in found]
        say(json.dumps({"models": models, "jobs": jobs}, indent=1))
        return
    names = ("answered", "failed", "missing", "rate", "left", "cost")
    table = Table("model", *names, box=box.SIMPLE_HEAD)
    for one in found:
        table.add_row(*_row(one))
        for row, answered in one.rows.items():
            table.add_row(f"  {row}", f"{answered:,}")
        for half in one.halves if halves else ():
            counts = (half.answered, half.failed, half.missing)
            table.add_row(f"  {half.game}, half {half.half}", *(f"{n:,}" for n in counts))
    make_console().print(table)
    for one in found:
        if one.conflicts:
            say(
                f"{one.model}: {counted(one.conflicts, 'window')} answered twice, differently; the "
                "first answer counts."
            )
        if one.fused_from:
            say(f"{one.model}: fused from {', '.join(one.fused_from)}; it is never asked.")
        if one.probe:
            say(f"{one.model}: {one.probe}.")
        if one.unreadable:
            say(
                f"{one.model}: {counted(one.unreadable, 'record')} of the journal cannot be read "
                "back; their windows are asked again."
            )
    for sentence in jobs:
        say(sentence)


def _row(one: "ModelStatus") -> tuple[str, ...]:
    if one.fused_from:
        return (one.model, "fused", "", "", "", "", "")
    if not one.planned:
        return (one.model, "not begun", "", "", "", "", "")
    return (
        one.model,
        f"{one.answered:,}",
        f"{one.failed:,}",
        f"{one.missing:,}",
        "" if one.per_second is None else f"{one.per_second:,.1f}/s",
        _duration(one.left_seconds),
        "" if one.cost_usd is None else f"{one.cost_usd:.2f} USD",
    )


def _duration(seconds: float | None) -> str:
    """Such as "2 h 05 min"; nothing where nothing is known or left."""
    if not seconds:
        return ""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min" if minutes else f"{seconds:.0f} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
