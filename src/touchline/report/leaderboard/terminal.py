"""The leaderboard on a terminal."""

from collections.abc import Sequence
from shutil import get_terminal_size

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from touchline.report.formatting import NOTHING, share, visible
from touchline.report.leaderboard.columns import Column, coverage_floor, shown_columns
from touchline.report.leaderboard.ranking import (
    NULL_EXPLAINED,
    SHORT_MARKS,
    Ranked,
    ranked,
    uncertainty_sentences,
)
from touchline.report.row import Row

_DISPENSABLE = ("seconds", "false_per_minute", "precision", "recall")
_LONGEST_NAME = 255
_WIDEST = 500


def terminal_table(rows: Sequence[Row], width: int | None = None) -> Table:
    """The leaderboard for a terminal.

    Args:
        rows: in any order.
        width: characters per line; None for those of the terminal, or as many as are needed in a
            pipe. Where not all columns fit, the least important ones are left out.

    Returns:
        A table, best loose average-mAP first. Null baselines and published results are dimmed
        and marked as such; a run under its minimum coverage is marked with "!".
    """
    room = width or get_terminal_size((_WIDEST, 24)).columns
    columns = [column for column in shown_columns(rows) if column.metric.terminal_heading]
    table = _table(rows, columns)
    for name in _DISPENSABLE:
        if _needed(table) <= room:
            break
        columns = [column for column in columns if column.name != name]
        table = _table(rows, columns)
    return table


def _needed(table: Table) -> int:
    """Characters that the table takes where nothing has to be wrapped."""
    console = Console(width=_WIDEST)
    return Measurement.get(console, console.options, table).maximum


def _table(rows: Sequence[Row], columns: Sequence[Column]) -> Table:
    caption = "scores in %"
    if any(row.kind == "baseline" for row in rows):
        caption += f"; {NULL_EXPLAINED}"
    if any(row.kind == "control" for row in rows):
        caption += "; control: the model above with something taken away, not ranked"
    if floor := coverage_floor(rows):
        caption += f"; ! under {floor} coverage: the score leaves out what could not be read"
    if said := uncertainty_sentences(rows):
        caption = " ".join([f"{caption}.", *said])
    table = Table(box=box.SIMPLE_HEAD, caption=caption, caption_justify="left", pad_edge=False)
    table.add_column("#", justify="right")
    table.add_column("model", overflow="fold", min_width=12)
    for column in columns:
        table.add_column(column.metric.terminal_heading, justify="right", no_wrap=True)
    for line in ranked(rows):
        cells = [_terminal_cell(column, line.row) for column in columns]
        style = "" if line.row.kind == "model" else "dim"
        table.add_row(Text(line.place), _terminal_name(line), *cells, style=style)
    return table


def _terminal_name(line: Ranked) -> Text:
    indent = "  " if line.row.kind == "control" else ""
    name = Text(indent + visible(line.row.model, _LONGEST_NAME))
    if mark := SHORT_MARKS[line.row.kind]:
        name.append(f" ({mark})", style="italic")
    return name


def _terminal_cell(column: Column, row: Row) -> Text:
    value = column.value(row)
    if value is None:
        return Text(NOTHING)
    text = Text(column.show(value))
    if interval := column.interval(row):
        text.append(f"\n{column.show(interval[0])} to {column.show(interval[1])}", style="dim")
    if column.name == "coverage" and row.low_coverage:
        text = Text(f"! {share(value)}", style="bold red")
    return text
