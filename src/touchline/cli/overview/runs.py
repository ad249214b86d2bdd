"""`touchline runs`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.named_rows import fitting_rows
from touchline.cli.printing.terminal import make_console, say

if TYPE_CHECKING:
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
            for line in _lines([one for one in shown if one.judged_on == judged_on]):
                say(line)
        say(f"{counted(found.runs, 'run')}, {found.scored:,} scored; official average-mAP in %.")
        if hidden := len(found.models) - len(shown):
            say(f"{counted(hidden, 'row')} of baselines and controls not shown: --all shows them.")
    if found.problems:
        what = counted(len(found.problems), "path")
        raise UserError(f"{what} could not be read, as said above; all other runs are listed.")


def _lines(rows: "Sequence[ListedModel]") -> list[str]:
    """The rows of runs of the same games; only such scores can be compared."""
    from touchline.text import counted

    cells = [
        (
            f"{one.run}: {one.model}",
            [
                _percent(one.loose).rjust(5),
                _percent(one.tight).rjust(5),
                _percent(one.coverage, 0).rjust(8),
                _state(one),
            ],
        )
        for one in rows
    ]
    columns = ("loose", "tight", "coverage", "windows")
    title = f"on {counted(rows[0].games, 'game')} (set {rows[0].judged_on})"
    return [title, *fitting_rows("run: model", columns, cells, make_console().width), ""]


def _percent(share: float | None, places: int = 2) -> str:
    return "" if share is None else f"{100 * share:.{places}f}"


def _state(one: "ListedModel") -> str:
    if one.scored:
        return "scored"
    if one.answered is None or one.failed is None or one.missing is None:
        return "not begun"
    failed = f", {one.failed:,} failed" if one.failed else ""
    return f"{one.answered:,} of {one.answered + one.failed + one.missing:,}{failed}"
