"""`touchline compare`."""

from typing import Annotated

import typer

from touchline.cli.scoring.contest_options import (
    GameNames,
    Labels,
    Lenient,
    MinCoverage,
    ScoreAnyway,
    Sources,
    Split,
    TaskName,
    Tolerance,
)
from touchline.scores import TASK_NAME


def compare(
    runs: Sources,
    labels: Labels = None,
    task: TaskName = TASK_NAME,
    split: Split = None,
    games: GameNames = None,
    lenient: Lenient = False,
    tolerance: Tolerance = None,
    min_coverage: MinCoverage = None,
    score_anyway: ScoreAnyway = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_markdown: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX tables.")] = False,
) -> None:
    """Compare models: a leaderboard with intervals, and which differences are real.

    Models are tested against each other, each against the best null baseline, and each against
    its own controls.

    Examples: `touchline compare runs/first runs/second --md`;
    `touchline compare first.zip second.zip --labels SoccerNet`.
    """
    from touchline.cli.printing.comparison import print_comparison
    from touchline.cli.printing.output_formats import chosen_format
    from touchline.cli.scoring.contest_options import read_contest
    from touchline.runs import CompareOptions, compare as compare_contest

    form = chosen_format(json=as_json, csv=as_csv, markdown=as_markdown, latex=as_latex)
    options = CompareOptions(tolerance, min_coverage, score_anyway)
    contest = read_contest(runs, labels, task, split, games, lenient, options)
    print_comparison(compare_contest(contest), form)
