"""`touchline agree`."""

from pathlib import Path
from typing import Annotated

import typer

from touchline.cli.printing.terminal import say
from touchline.scores import TOLERANCE_S


def agree(
    first: Annotated[
        Path, typer.Argument(help="Labels of one annotator: a folder or zip, as for score.")
    ],
    second: Annotated[Path, typer.Argument(help="Labels of another for the same games.")],
    task: Annotated[
        str | None,
        typer.Option(help="v2 (17 classes, the default), v1 (3), ball (2) or ball-12."),
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0.001, help="Seconds, full width, in which two events are one.")
    ] = TOLERANCE_S,
    run: Annotated[
        Path | None,
        typer.Option(
            help="Run whose report shows the agreement on its games as the human ceiling."
        ),
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Count errors in the files and continue.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one figure a line.")] = False,
    as_markdown: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX tables.")] = False,
) -> None:
    """Measure how far two annotators of the same games agree: the ceiling of every model.

    Example: `touchline agree labels-a labels-b --run runs/first`
    """
    from touchline.cli.printing.output_formats import chosen_format
    from touchline.cli.printing.score import print_tables
    from touchline.games import SOCCERNET_V2, ProblemLog, find_task
    from touchline.report import agreement_grids
    from touchline.runs import agree as measure, write_agreement

    form = chosen_format(json=as_json, csv=as_csv, markdown=as_markdown, latex=as_latex)
    problems = ProblemLog(lenient)
    found, remarks = measure(
        first, second, find_task(task or SOCCERNET_V2.name), tolerance, problems, run
    )
    for remark in (*remarks, *problems.sentences()):
        say(f"touchline: {remark}", err=True)
    if run is not None:
        write_agreement(run, first, second, found)
        say(f"touchline: show it with: touchline report {run}", err=True)
    print_tables(agreement_grids(found), found.to_json() | {"problems": problems.to_json()}, form)
