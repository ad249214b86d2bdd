"""`touchline runs`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import make_console, say

if TYPE_CHECKING:
    from rich.table import Table

    from touchline.runs import ListedModel


def runs(
    folders: Annotated[list[Path], typer.Argument(help="Folders with runs at any depth.")],
    every: Annotated[
        bool, typer.Option("--all", help="Show baselines and controls too, not only models.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List all runs below some folders, with the scores or the progress of their models.

    Only files are read, so it works from any machine at any time. Scores of runs on different
    games are not comparable; to compare runs on the same games, use `touchline compare`.

    Examples: `touchline runs runs`; `touchline runs /scratch/*/runs --json`
    """
    import json

    from touchline.errors import UserError
    from touchline.runs import list_runs
    from touchline.text import counted

    found = list_runs(folders)
    for problem in found.problems:
        say(problem, err=True)
    if not found.runs and not found.problems:
        raise UserError(f"no run was found in {', '.join(map(str, folders))}.")
    shown = [one for one in found.models if every or one.kind == "model"]
    if as_json:
        values = [one.to_json() for one in shown]
        say(json.dumps({"models": values, "problems": found.problems}, indent=1))
    else:
        for judged_on in dict.fromkeys(one.judged_on for one in shown):
            make_console().print(_table([one for one in shown if one.judged_on == judged_on]))
        say(f"{counted(found.runs, 'run')}, {found.scored:,} scored; official average-mAP in %.")
        if hidden := len(found.models) - len(shown):
            say(f"{counted(hidden, 'row')} of baselines and controls not shown: --all shows them.")
    if found.problems:
        what = counted(len(found.problems), "path")
        raise UserError(f"{what} could not be read, as said above; all other runs are listed.")


def _table(rows: "Sequence[ListedModel]") -> "Table":
    """The rows of runs of the same games; only such scores can be compared."""
    from rich import box
    from rich.table import Table

    from touchline.text import counted

    table = Table(box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    table.title = f"on {counted(rows[0].games, 'game')} (set {rows[0].judged_on})"
    table.add_column("run", overflow="fold")
    table.add_column("model", overflow="fold")
    for name in ("loose", "tight", "coverage"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("windows", no_wrap=True)
    before = None
    for one in rows:
        figures = [_percent(one.loose), _percent(one.tight), _percent(one.coverage, 0)]
        table.add_row("" if one.run == before else str(one.run), one.model, *figures, _state(one))
        before = one.run
    return table


def _percent(share: float | None, places: int = 2) -> str:
    return "" if share is None else f"{100 * share:.{places}f}"


def _state(one: "ListedModel") -> str:
    if one.scored:
        return "scored"
    if one.answered is None or one.failed is None or one.missing is None:
        return "not begun"
    failed = f", {one.failed:,} failed" if one.failed else ""
    return f"{one.answered:,} of {one.answered + one.failed + one.missing:,}{failed}"
