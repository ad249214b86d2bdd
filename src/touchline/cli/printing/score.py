"""Printing scores in one of the output formats."""

import json
import math
from collections.abc import Sequence
from typing import Any

from touchline.cli.printing.output_formats import OutputFormat
from touchline.cli.printing.terminal import print_grids, say
from touchline.games import ProblemLog, pause_garbage_collection
from touchline.report import Grid, grids_csv
from touchline.runs import ScoreRequest, score_files


def print_score(request: ScoreRequest, form: OutputFormat) -> None:
    """Scores and prints; remarks go to standard error.

    Args:
        request: what to score.
        form: the output format.

    Raises:
        UserError: the options do not fit together, or the files are wrong.
    """
    problems = ProblemLog(request.lenient)
    # Tens of thousands of labels and spots are no garbage, but are looked through again and again.
    with pause_garbage_collection():
        outcome = score_files(request, problems)
    for remark in (*outcome.remarks, *problems.sentences()):
        say(f"touchline: {remark}", err=True)
    print_tables(outcome.grids, outcome.data | {"problems": problems.to_json()}, form)


def print_tables(grids: Sequence[Grid], data: dict[str, Any], form: OutputFormat) -> None:
    """Prints tables, or for programs the data behind them.

    Args:
        grids: the tables.
        data: plain values.
        form: the output format.
    """
    if form is OutputFormat.JSON:
        say(json.dumps(_finite(data), indent=1, default=str, allow_nan=False))
    elif form is OutputFormat.CSV:
        say(grids_csv(grids), nl=False)
    elif form is OutputFormat.MARKDOWN:
        say("\n".join(grid.markdown() for grid in grids), nl=False)
    elif form is OutputFormat.LATEX:
        say("\n".join(grid.latex() for grid in grids), nl=False)
    else:
        print_grids(grids)


def _finite(value: Any) -> Any:
    """The same with null for NaN and infinite figures, which JSON does not have."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
