"""The leaderboard as CSV, Markdown and LaTeX: the same rows and columns as everywhere."""

import csv
import io
import re
from collections.abc import Callable, Sequence

from touchline.report.columns import Column, shown
from touchline.report.data import Row
from touchline.report.ranking import ranked
from touchline.report.tables import MARKS
from touchline.report.text import NOTHING, visible

_NAME = 120
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "±": r"$\pm$",
    "×": r"$\times$",
    "–": "--",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    **{character: "\\" + character for character in "&%$#_{}"},
}


def leaderboard_csv(rows: Sequence[Row]) -> str:
    """The leaderboard for a spreadsheet: raw figures, scores from 0 to 1, empty where unknown.

    Args:
        rows: in any order.

    Returns:
        Comma-separated values with a heading, best loose average-mAP first; intervals stand in
        columns of their own.
    """
    columns = shown(rows)
    spread = [column for column in columns if any(column.interval(row) for row in rows)]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    ends = [f"{column.key}_{end}" for column in spread for end in ("low", "high")]
    writer.writerow(["place", "model", "kind", *(column.key for column in columns), *ends])
    for line in ranked(rows):
        figures = [column.value(line.row) for column in columns]
        intervals = [end for column in spread for end in column.interval(line.row) or ("", "")]
        name = visible(line.row.model, _NAME)
        writer.writerow([line.place, name, line.row.kind, *figures, *intervals])
    return file.getvalue()


def leaderboard_markdown(rows: Sequence[Row]) -> str:
    """The leaderboard as a Markdown table, scores in per cent.

    Args:
        rows: in any order.

    Returns:
        A pipe table, best loose average-mAP first.
    """
    columns = shown(rows)
    heading = ["#", "Model", *(column.title for column in columns)]
    lines = [heading, ["---:", "---", *("---:" for _ in columns)]]
    lines += _cells(rows, columns, markdown_text)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def leaderboard_latex(rows: Sequence[Row]) -> str:
    """The leaderboard as a LaTeX table for the package `booktabs`, scores in per cent.

    Args:
        rows: in any order.

    Returns:
        A `tabular`, best loose average-mAP first, published results and null baselines named.
    """
    columns = shown(rows)
    heading = ["\\#", "Model", *(latex_text(column.title) for column in columns)]
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
        mark = MARKS[line.row.kind]
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


def markdown_text(text: str) -> str:
    """A text with what Markdown would read as marks escaped, on one line."""
    escaped = re.sub(r"([\\`*_|<>\[\]])", r"\\\1", text)
    return escaped.replace("\n", " ").replace("\t", " ")


def latex_text(text: str) -> str:
    """A text with what LaTeX would read as commands escaped, on one line."""
    return "".join(_LATEX.get(character, character) for character in text).replace("\n", " ")
