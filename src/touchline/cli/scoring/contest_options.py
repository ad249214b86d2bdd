"""The options of verbs that compare: runs, or files of spots with their labels."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchline.cli.printing.terminal import say
from touchline.errors import UserError
from touchline.scores import TASK_NAME

if TYPE_CHECKING:
    from touchline.cli.printing.output_formats import OutputFormat
    from touchline.runs import Contest

Sources = Annotated[
    list[Path],
    typer.Argument(
        help="Folders of finished runs; with --labels, predictions: folders or zips of "
        "league/season/game/results_spotting.json, or files that `touchline convert` reads.",
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


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, one figure a line.")]
AsMarkdown = Annotated[bool, typer.Option("--md", help="Print Markdown.")]
AsLatex = Annotated[bool, typer.Option("--latex", help="Print LaTeX tables.")]


@dataclass(frozen=True, slots=True)
class ContestOptions:
    """What verbs that compare have in common, in the order of their help."""

    runs: Sources
    labels: Labels = None
    task: TaskName = TASK_NAME
    split: Split = None
    games: GameNames = None
    lenient: Lenient = False
    min_coverage: MinCoverage = None
    score_anyway: ScoreAnyway = False
    as_json: AsJson = False
    as_csv: AsCsv = False
    as_markdown: AsMarkdown = False
    as_latex: AsLatex = False

    @property
    def form(self) -> "OutputFormat":
        """How to print.

        Raises:
            UserError: several forms at once.
        """
        from touchline.cli.printing.output_formats import chosen_format

        return chosen_format(self.as_json, self.as_csv, self.as_markdown, self.as_latex)

    def contest(self, tolerance_s: float | None = None) -> "Contest":
        """Reads what is compared; what is wrong with files and tolerated goes to standard error.

        Args:
            tolerance_s: for precision and recall; None takes that of the runs.

        Raises:
            UserError: the options do not fit together, or something cannot be read.
        """
        from touchline.games import ProblemLog, find_task
        from touchline.runs import CompareOptions, LabelFiles, contest_of_files, contest_of_runs
        from touchline.spots import ReadChoice, ReadRules

        options = CompareOptions(tolerance_s, self.min_coverage, self.score_anyway)
        if self.labels is None:
            if self.split or self.games or self.lenient or self.task != TASK_NAME:
                raise UserError(
                    "--task, --split, --games and --lenient are for files of spots: name their "
                    "labels with --labels, or omit these options."
                )
            return contest_of_runs(self.runs, options)
        if self.min_coverage is not None or self.score_anyway:
            raise UserError(
                "files of spots have no coverage: omit --min-coverage and --score-anyway, or "
                "--labels."
            )
        problems = ProblemLog(self.lenient)
        task = find_task(self.task)
        files = LabelFiles(self.labels, task, self.split, tuple(self.games or ()))
        rules = ReadRules(task, problems=problems)
        contest = contest_of_files(list(map(ReadChoice, self.runs)), files, options, rules)
        for remark, count in rules.remarks.items():
            say(f"touchline: {count:,} × {remark}.", err=True)
        for sentence in problems.sentences():
            say(f"touchline: {sentence}", err=True)
        return contest


def takes_contest(verb: Callable[..., None]) -> Callable[..., None]:
    """Adds these options to a verb, which gets their values as `options`."""
    common = inspect.signature(ContestOptions).parameters

    @wraps(verb)
    def with_options(**given: Any) -> None:
        options = ContestOptions(**{name: given.pop(name) for name in common})
        verb(**given, options=options)

    signature = inspect.signature(verb)
    own = [one for name, one in signature.parameters.items() if name != "options"]
    runs, *others = common.values()
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [runs.replace(kind=keyword), *(one.replace(kind=keyword) for one in own)]
    parameters += [one.replace(kind=keyword) for one in others]
    with_options.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=parameters
    )
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options
