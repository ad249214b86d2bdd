"""The options of verbs that compare: runs, or files of spots with their labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.errors import UserError
from touchline.scores import TASK_NAME

if TYPE_CHECKING:
    from touchline.runs import CompareOptions, Contest

Sources = Annotated[
    list[Path],
    typer.Argument(
        help="Folders of finished runs; with --labels, folders or zips of "
        "league/season/game/results_spotting.json.",
    ),
]
Labels = Annotated[
    Path | None,
    typer.Option(
        help="Folder or zip of league/season/game/Labels-v2.json: compares files of spots "
        "without a run."
    ),
]
TaskName = Annotated[
    str, typer.Option(help="With --labels: v2 (17 classes), v1 (3), ball (2) or ball-12.")
]
Split = Annotated[
    str | None,
    typer.Option(
        help="With --labels: train, valid, test, challenge, or a file with one game per line."
    ),
]
GameNames = Annotated[
    list[str] | None,
    typer.Option(
        "--games", help="With --labels: only matching games, a part of the id or a pattern."
    ),
]
Lenient = Annotated[
    bool,
    typer.Option("--lenient", help="With --labels: count errors in the files and continue."),
]
Tolerance = Annotated[
    float | None,
    typer.Option(
        min=0.001,
        help="Seconds, full width, for precision and recall. By default that of the runs "
        "(scoring.tolerance).",
    ),
]
MinCoverage = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Coverage under which a model is not scored. By default that of the runs "
        "(scoring.min_coverage).",
    ),
]
ScoreAnyway = Annotated[
    bool, typer.Option("--score-anyway", help="Also score models under the minimum coverage.")
]


def read_contest(
    sources: list[Path],
    labels: Path | None,
    task: str,
    split: str | None,
    games: list[str] | None,
    lenient: bool,
    options: "CompareOptions",
) -> "Contest":
    """Reads what is compared; what is wrong with files and tolerated goes to standard error.

    Raises:
        UserError: the options do not fit together, or something cannot be read.
    """
    from touchline.games import ProblemLog, find_task
    from touchline.runs import LabelFiles, contest_of_files, contest_of_runs

    if labels is None:
        if split or games or lenient or task != TASK_NAME:
            raise UserError(
                "--task, --split, --games and --lenient are for files of spots: name their labels "
                "with --labels, or omit these options."
            )
        return contest_of_runs(sources, options)
    if options.min_coverage is not None or options.score_anyway:
        raise UserError(
            "files of spots have no coverage: omit --min-coverage and --score-anyway, or --labels."
        )
    problems = ProblemLog(lenient)
    files = LabelFiles(labels, find_task(task), split, tuple(games or ()))
    contest = contest_of_files(sources, files, options, problems)
    for sentence in problems.sentences():
        say(f"touchline: {sentence}", err=True)
    return contest
