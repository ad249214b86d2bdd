"""`touchline score`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from touchline.scores import TASK_NAME, TOLERANCE_S

_Predictions = Annotated[
    list[Path],
    typer.Option(
        help="Folder or zip of league/season/game/results_spotting.json, or a folder of raw "
        "replies with an alignment.json; may be repeated, which scores them side by side."
    ),
]
_Beyond = Annotated[
    bool,
    typer.Option(
        "--beyond",
        help="Also intervals, time errors, teams, hallucination, calibration and error "
        "analysis; always on for raw replies.",
    ),
]


def score(
    labels: Annotated[
        Path, typer.Option(help="Folder or zip of league/season/game/Labels-v2.json.")
    ],
    predictions: _Predictions,
    task: Annotated[
        str,
        typer.Option(
            help="v2 (17 classes), v1 (3), ball (2), ball-12, team-ball, footpass, soccertrack-v2, "
            "or the file of a task, such as handball.yaml."
        ),
    ] = TASK_NAME,
    split: Annotated[
        str | None,
        typer.Option(help="train, valid, test, challenge, or a file with one game per line."),
    ] = None,
    games: Annotated[
        list[str] | None, typer.Option(help="Only matching games: a part of the id, or a pattern.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0.001, help="Seconds, full width, for precision and recall.")
    ] = TOLERANCE_S,
    stamp: Annotated[
        str | None,
        typer.Option(
            help="Of raw replies: where in its window an event lies, centre (default) or start."
        ),
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Count errors in the files and continue.")
    ] = False,
    beyond: _Beyond = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one figure a line.")] = False,
    as_markdown: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX tables.")] = False,
) -> None:
    """Score spots against labels: the official SoccerNet figures, precision, recall, and more.

    Example: `touchline score --labels SoccerNet --predictions spots.zip --split test`
    """
    # Numpy's BLAS starts a thread for each core as it is imported; no matrix is multiplied here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from touchline.cli.printing.output_formats import chosen_format
    from touchline.cli.printing.score import print_score
    from touchline.runs import ScoreRequest

    form = chosen_format(json=as_json, csv=as_csv, markdown=as_markdown, latex=as_latex)
    request = ScoreRequest(
        labels=labels,
        predictions=tuple(predictions),
        task=task,
        split=split,
        games=tuple(games or ()),
        tolerance_s=tolerance,
        stamp=stamp,
        lenient=lenient,
        beyond=beyond,
    )
    print_score(request, form)
