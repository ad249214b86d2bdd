"""`touchline report`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchline.cli.formats.prediction_options import PANEL, PredictionOptions, takes_predictions
from touchline.cli.printing.terminal import say

if TYPE_CHECKING:
    from touchline.report import ReportData


_Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        rich_help_panel=PANEL,
        help="File of the page; by default named after the predictions, in this folder.",
    ),
]
_Split = Annotated[
    str | None,
    typer.Option(
        rich_help_panel=PANEL,
        help="train, valid, test, challenge, or a file with one game per line.",
    ),
]
_Games = Annotated[
    list[str] | None,
    typer.Option(
        rich_help_panel=PANEL, help="Only matching games: part of an id, or a pattern with * or ?."
    ),
]
_Tolerance = Annotated[
    float | None,
    typer.Option(
        min=0.001, rich_help_panel=PANEL, help="Seconds, full width, for precision and recall."
    ),
]


@takes_predictions
def report(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Folders of runs; with --labels, files of predictions."),
    ],
    tables: Annotated[
        Path | None,
        typer.Option(help="Folder for the tables and figures of a paper (LaTeX, CSV, PDF)."),
    ] = None,
    score_anyway: Annotated[
        bool, typer.Option("--score-anyway", help="Also score models under scoring.min_coverage.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    out: _Out = None,
    split: _Split = None,
    games: _Games = None,
    tolerance: _Tolerance = None,
    *,
    predictions: PredictionOptions,
) -> None:
    """Write the report of each run again from its replies; or one of predictions without a run.

    No model is asked. Predictions can have any format that `touchline convert` reads.

    Examples: `touchline report runs/demo --tables paper`;
    `touchline report A.zip B.zip --labels SoccerNet --split test`.
    """
    import json

    from touchline.errors import UserError

    if predictions.labels is not None:
        if score_anyway:
            raise UserError("predictions without a run have no coverage: omit --score-anyway.")
        shown = [_of_files(sources, predictions, out, split, games, tolerance, tables)]
    else:
        if out or split or games or tolerance:
            raise UserError(
                "--out, --split, --games and --tolerance are for predictions without a run: "
                "name their labels with --labels, or omit these options."
            )
        predictions.refuse_for_runs()
        _refuse_files(sources)
        shown = _of_runs(sources, tables, score_anyway)
    if as_json:
        say(json.dumps(shown, indent=1))
        return
    for one in shown:
        say(f"report: {one['report']}")
        if one["files"]:
            say(f"{len(one['files'])} tables and figures: {Path(one['files'][0]).parent}")


def _refuse_files(sources: Sequence[Path]) -> None:
    from touchline.errors import UserError

    for source in sources:
        if source.is_file():
            raise UserError(
                f"{source} is a file, not the folder of a run: name the labels of these predictions"
                " with --labels."
            )


def _of_runs(runs: Sequence[Path], tables: Path | None, score_anyway: bool) -> list[dict[str, Any]]:
    from touchline.runs import PlanFile, finish, read_run_bench

    shown = []
    for folder, name in zip(runs, _own_names(runs), strict=True):
        PlanFile.read(folder)  # raises where the folder is not a run
        bench = read_run_bench(folder)
        scoring = bench.scoring
        if score_anyway:
            scoring = scoring.model_copy(update={"score_anyway": True})
        finished = finish(folder, bench.merging, scoring)
        place = tables / name if tables is not None and len(runs) > 1 else tables
        shown.append(_shown(finished.data, finished.report, place))
    return shown


def _of_files(
    files: list[Path],
    predictions: PredictionOptions,
    out: Path | None,
    split: str | None,
    games: list[str] | None,
    tolerance_s: float | None,
    tables: Path | None,
) -> dict[str, Any]:
    from touchline.cli.formats.prediction_options import say_what_was_read
    from touchline.errors import UserError
    from touchline.report import render
    from touchline.runs import CompareOptions, LabelFiles, contest_of_files, file_report

    assert predictions.labels is not None  # checked by the caller
    page = out or Path(f"{files[0].absolute().stem}-report.html")
    if page.exists():
        raise UserError(f"{page} exists already: delete it, or choose another place with --out.")
    task = predictions.known_task()
    labels = LabelFiles(predictions.labels, task, split, tuple(games or ()))
    rules = predictions.rules()
    choices = [predictions.choice(file) for file in files]
    contest = contest_of_files(choices, labels, CompareOptions(tolerance_s), rules)
    say_what_was_read(rules)
    for remark in contest.remarks:
        say(f"touchline: {remark}", err=True)
    data = file_report(contest, files, labels)
    return _shown(data, render(data, page), tables)


def _shown(data: "ReportData", page: Path, tables: Path | None) -> dict[str, Any]:
    """What is printed, with the tables and figures that are written on the way."""
    from touchline.report import export_files, leaderboard_json

    files = [] if tables is None else export_files(data, tables)
    return {
        "leaderboard": leaderboard_json(data.rows),
        "report": str(page),
        "files": [str(path) for path in files],
    }


def _own_names(runs: Sequence[Path]) -> list[str]:
    """A name for each run's tables: its folder's, with a number where another has the same."""
    names: list[str] = []
    for folder in runs:
        wanted = name = folder.resolve().name
        number = 1
        while name in names:
            number += 1
            name = f"{wanted}-{number}"
        names.append(name)
    return names
