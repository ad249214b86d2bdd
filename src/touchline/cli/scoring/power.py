"""`touchline power`."""

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
)
from touchline.scores import TASK_NAME


def power(
    runs: Sources,
    difference: Annotated[
        list[float] | None,
        typer.Option(
            min=0.01,
            max=100,
            help="A difference of average-mAP, in points of 100, for which the games needed are "
            "wanted; may be repeated. By default 1, 2 and 5.",
        ),
    ] = None,
    labels: Labels = None,
    task: TaskName = TASK_NAME,
    split: Split = None,
    games: GameNames = None,
    lenient: Lenient = False,
    min_coverage: MinCoverage = None,
    score_anyway: ScoreAnyway = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_markdown: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX tables.")] = False,
) -> None:
    """Say which differences these games can show, and how many games a wanted one needs.

    Example: `touchline power runs/first --difference 2`
    """
    from touchline.cli.printing.comparison import print_power
    from touchline.cli.printing.output_formats import chosen_format
    from touchline.cli.scoring.contest_options import read_contest
    from touchline.runs import CompareOptions, measure_power

    form = chosen_format(json=as_json, csv=as_csv, markdown=as_markdown, latex=as_latex)
    options = CompareOptions(None, min_coverage, score_anyway)
    contest = read_contest(runs, labels, task, split, games, lenient, options)
    wanted = [points / 100 for points in difference or (1.0, 2.0, 5.0)]
    print_power(measure_power(contest, wanted), form)
