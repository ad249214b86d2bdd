"""Printing a comparison in one of the output formats."""

import json
from collections.abc import Sequence
from typing import Any

from touchline.cli.printing.output_formats import OutputFormat
from touchline.cli.printing.terminal import make_console, print_grids, say
from touchline.report import (
    Grid,
    Row,
    control_grid,
    grids_csv,
    leaderboard_grid,
    leaderboard_json,
    leaderboard_latex,
    leaderboard_markdown,
    pair_grids,
    pair_matrices,
    power_grid,
    terminal_table,
    uncertainty_sentences,
)
from touchline.runs import Comparison, PowerResult


def print_comparison(comparison: Comparison, form: OutputFormat) -> None:
    """Prints the leaderboard and the tests; remarks go to standard error.

    Args:
        comparison: what to print.
        form: the output format.
    """
    for remark in comparison.remarks:
        say(f"touchline: {remark}", err=True)
    rows = comparison.rows
    said = "\n".join(uncertainty_sentences(rows)) + "\n"
    tables = (control_grid(comparison.tests), *pair_grids(comparison.tests))
    grids = [grid for grid in tables if grid.rows]
    if form is OutputFormat.JSON:
        say(json.dumps(_data(comparison), indent=1))
    elif form is OutputFormat.CSV:
        say(grids_csv([leaderboard_grid(rows), *grids]), nl=False)
    elif form is OutputFormat.MARKDOWN:
        say(
            "\n".join([leaderboard_markdown(rows), said, *(grid.markdown() for grid in grids)]),
            nl=False,
        )
    elif form is OutputFormat.LATEX:
        say("\n".join([leaderboard_latex(rows), *(grid.latex() for grid in grids)]), nl=False)
    else:
        matrices = pair_matrices(comparison.tests)
        _show(rows, [grid for grid in (tables[0], *matrices) if grid.rows])


def _data(comparison: Comparison) -> dict[str, Any]:
    return {
        "leaderboard": leaderboard_json(comparison.rows),
        "report": None,
        "comparisons": [test.to_json() for test in comparison.tests],
        "remarks": list(comparison.remarks) + uncertainty_sentences(comparison.rows),
    }


def _show(rows: Sequence[Row], grids: Sequence[Grid]) -> None:
    make_console().print(terminal_table(rows))
    print_grids(grids)


def print_power(result: PowerResult, form: OutputFormat) -> None:
    """Prints what the games can show; remarks go to standard error."""
    for remark in result.remarks:
        say(f"touchline: {remark}", err=True)
    grid = power_grid(result.games, result.pairs)
    if form is OutputFormat.JSON:
        data = {"games": result.games, "pairs": [pair.to_json() for pair in result.pairs]}
        say(json.dumps(data | {"remarks": list(result.remarks)}, indent=1))
    elif form is OutputFormat.CSV:
        say(grids_csv([grid]), nl=False)
    elif form is OutputFormat.MARKDOWN:
        say(grid.markdown(), nl=False)
    elif form is OutputFormat.LATEX:
        say(grid.latex(), nl=False)
    else:
        print_grids([grid])
