"""`touchline status`."""

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import make_console, say

if TYPE_CHECKING:
    from touchline.runs import ModelStatus

WATCH_S = 3.0
"""Between two looks at a run's files."""


def status(
    folder: Annotated[Path, typer.Argument(help="Folder of a run.")],
    halves: Annotated[bool, typer.Option("--halves", help="Show every half.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Show it again whenever it changes, until the run is scored."),
    ] = False,
) -> None:
    """Show the progress of a run, running or not: answered, failed and missing windows.

    Only files are read, so it works from any machine at any time. For a run on SLURM it also shows
    the jobs, and why they wait.

    Examples: `touchline status runs/first`; `touchline status runs/first --watch`
    """
    import json

    from touchline.errors import UserError
    from touchline.runs import job_sentences, run_status

    if watch and as_json:
        raise UserError("--watch is for people and --json for programs: give one of them.")
    if watch:
        with contextlib.suppress(KeyboardInterrupt):  # this is how it is stopped
            _watch(folder, halves)
        return
    found, jobs = run_status(folder), job_sentences(folder)
    if as_json:
        models = [one.to_json() for one in found]
        say(json.dumps({"models": models, "jobs": jobs}, indent=1))
        return
    _show(found, jobs, halves)


def _watch(folder: Path, halves: bool) -> None:
    """Shows the progress whenever it changes; a terminal is cleared before."""
    from touchline.runs import RunFolder, job_sentences, run_status

    before = None
    while True:
        scored = RunFolder(folder).scores.is_file()
        found, jobs = run_status(folder), job_sentences(folder)
        counts = [(one.model, one.answered, one.failed, one.missing) for one in found]
        if (counts, jobs) != before:
            before = counts, jobs
            make_console().clear()
            _show(found, jobs, halves)
        if scored:
            return
        time.sleep(WATCH_S)


def _show(found: Sequence["ModelStatus"], jobs: Sequence[str], halves: bool) -> None:
    from touchline.cli.printing.run_status import status_lines
    from touchline.text import counted

    for line in status_lines(found, make_console().width, halves=halves):
        say(line)
    for one in found:
        if one.conflicts:
            say(
                f"{one.model}: {counted(one.conflicts, 'window')} answered twice, differently; the "
                "first answer counts."
            )
        if one.fused_from:
            say(f"{one.model}: fused from {', '.join(one.fused_from)}; it is never asked.")
        if one.refused:
            say(f"{one.model}: not asked: {one.refused}")
        if one.probe:
            say(f"{one.model}: {one.probe}.")
        if one.unreadable:
            say(
                f"{one.model}: {counted(one.unreadable, 'record')} of the journal cannot be read "
                "back; their windows are asked again."
            )
    for sentence in jobs:
        say(sentence)
