"""`touchline compare`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.scores import RESAMPLES


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of finished runs.")],
    tolerance: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            help="Seconds, full width, for precision and recall. By default that of the runs "
            "(scoring.tolerance).",
        ),
    ] = None,
    min_coverage: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Coverage under which a model is not scored. By default that of the runs "
            "(scoring.min_coverage).",
        ),
    ] = None,
    resamples: Annotated[
        int, typer.Option(min=100, help="Number of draws for intervals and tests.")
    ] = RESAMPLES,
    score_anyway: Annotated[
        bool, typer.Option("--score-anyway", help="Also score models under the minimum coverage.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_markdown: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX tables.")] = False,
) -> None:
    """Compare the models of runs: a leaderboard with intervals, and which differences are real.

    Example: `touchline compare runs/first runs/second --md`
    """
    from touchline.cli.printing.comparison import print_comparison
    from touchline.cli.printing.output_formats import chosen_format
    from touchline.runs import CompareOptions, compare_runs

    form = chosen_format(json=as_json, csv=as_csv, markdown=as_markdown, latex=as_latex)
    options = CompareOptions(tolerance, min_coverage, score_anyway, resamples)
    print_comparison(compare_runs(runs, options), form)
