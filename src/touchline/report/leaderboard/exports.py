"""The leaderboard as CSV, Markdown, LaTeX and JSON."""

from collections.abc import Callable, Sequence
from typing import Any

from touchline.report.escapes import latex_text, markdown_text
from touchline.report.formatting import NOTHING, visible
from touchline.report.grids import Grid
from touchline.report.leaderboard.columns import Column, shown_columns
from touchline.report.leaderboard.ranking import KIND_MARKS, ranked
from touchline.report.row import Row
from touchline.scores import METRIC_REGISTRY
from touchline.text import csv_text

_NAME = 120


def leaderboard_csv(rows: Sequence[Row]) -> str:
    """The leaderboard for a spreadsheet: raw figures, scores from 0 to 1, empty where unknown.

    Args:
        rows: in any order.

    Returns:
        Comma-separated values with a header, best loose average-mAP first; intervals have their
        own columns, and so have the models of controls, where there are any.
    """
    columns = shown_columns(rows)
    spread = [column for column in columns if any(column.interval(row) for row in rows)]
    ends = [f"{column.name}_{end}" for column in spread for end in ("low", "high")]
    owners = ["control_of"] if any(row.control_of for row in rows) else []
    names = [column.name for column in columns]
    table: list[list[object]] = [["place", "model", "kind", *owners, *names, *ends]]
    for line in ranked(rows):
        figures = [column.value(line.row) for column in columns]
        intervals = [end for column in spread for end in column.interval(line.row) or ("", "")]
        name = visible(line.row.model, _NAME)
        owner = [visible(line.row.control_of, _NAME)] if owners else []
        table.append([line.place, name, line.row.kind, *owner, *figures, *intervals])
    return csv_text(table)


def leaderboard_grid(rows: Sequence[Row]) -> Grid:
    """The leaderboard as a grid, whose columns are called after the metrics.

    Args:
        rows: in any order.

    Returns:
        Best loose average-mAP first; intervals have their own columns.
    """
    columns = shown_columns(rows)
    spread = [column for column in columns if any(column.interval(row) for row in rows)]
    names = ["place", "kind", "control_of", *(column.name for column in columns)]
    names += [f"{column.name}_{end}" for column in spread for end in ("low", "high")]
    cells = []
    for line in ranked(rows):
        ends = [
            column.cell(end)
            for column in spread
            for end in column.interval(line.row) or (None, None)
        ]
        owner = visible(line.row.control_of or "")
        figures = [column.cell(column.value(line.row)) for column in columns]
        cells.append((visible(line.row.model), line.place, line.row.kind, owner, *figures, *ends))
    return Grid("Leaderboard", ("model", *names), tuple(cells))


def leaderboard_markdown(rows: Sequence[Row]) -> str:
    """The leaderboard as a Markdown table, scores in per cent.

    Args:
        rows: in any order.

    Returns:
        A pipe table, best loose average-mAP first.
    """
    columns = shown_columns(rows)
    heading = ["#", "Model", *(column.metric.heading for column in columns)]
    lines = [heading, ["---:", "---", *("---:" for _ in columns)]]
    lines += _cells(rows, columns, markdown_text)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def leaderboard_latex(rows: Sequence[Row]) -> str:
    """The leaderboard as a LaTeX table for the package `booktabs`, scores in per cent.

    Args:
        rows: in any order.

    Returns:
        A `tabular`, best loose average-mAP first, published results and null baselines marked.
    """
    columns = shown_columns(rows)
    heading = ["\\#", "Model", *(latex_text(column.metric.heading) for column in columns)]
    lines = [
        f"\\begin{{tabular}}{{rl{'r' * len(columns)}}}",
        "\\toprule",
        " & ".join(heading) + r" \\",
        "\\midrule",
        *(" & ".join(cells) + r" \\" for cells in _cells(rows, columns, latex_text)),
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _cells(
    rows: Sequence[Row], columns: Sequence[Column], escape: Callable[[str], str]
) -> list[list[str]]:
    table = []
    for line in ranked(rows):
        mark = KIND_MARKS[line.row.kind]
        name = visible(line.row.model, _NAME) + (f" ({mark})" if mark else "")
        figures = [_figure(column, line.row) for column in columns]
        table.append([escape(text) for text in (line.place, name, *figures)])
    return table


def _figure(column: Column, row: Row) -> str:
    value = column.value(row)
    if value is None:
        return NOTHING
    text = column.show(value)
    if interval := column.interval(row):
        text += f" [{column.show(interval[0])}, {column.show(interval[1])}]"
    return text


def leaderboard_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The leaderboard for programs.

    Args:
        rows: in any order.

    Returns:
        One dictionary for each row, best loose average-mAP first, with "place", the attributes of
        `Row`, and every metric under its name (null where unknown); only controls have
        "control_of". Scores and shares are between
        0 and 1.
    """
    return [_plain(line.row, line.place) for line in ranked(rows)]


def _plain(row: Row, place: str) -> dict[str, Any]:
    metrics = [
        metric
        for metric in METRIC_REGISTRY.all()
        if not metric.of_some_tasks or metric.name in row.figures
    ]
    groups: dict[str, dict[str, float] | None] = {
        metric.json_group: None for metric in metrics if metric.json_group
    }
    for metric in metrics:
        if metric.json_group and metric.name in row.figures:
            group = groups[metric.json_group] or {}
            groups[metric.json_group] = group | {metric.name: row.figures[metric.name]}
    alone = [metric for metric in metrics if not metric.json_group]
    return {
        "model": row.model,
        "place": place or None,
        **{metric.name: row.figure(metric.name) for metric in alone if metric.always_shown},
        "kind": row.kind,
        **({"control_of": row.control_of} if row.control_of else {}),
        "outcomes": None if row.outcomes is None else dict(row.outcomes),
        **{
            f"{metric.name}_interval": row.intervals.get(metric.name)
            for metric in alone
            if metric.shows_interval
        },
        **{metric.name: row.figure(metric.name) for metric in alone if not metric.always_shown},
        **groups,
        "games": row.games,
        "source": row.source,
        "note": row.note,
    }
