"""Plain tables of text as terminal table, Markdown, LaTeX and CSV."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from touchline.report.escapes import latex_text, markdown_text
from touchline.report.formatting import NOTHING
from touchline.text import csv_text, padded, text_width

if TYPE_CHECKING:
    from rich.table import Table

MINUS = " minus "
"""Between the names of a pair; a terminal shows them below each other, so that neither is cut."""

_WHOLE_NAME = 34
"""Longest first cell that is not wrapped on a narrow terminal."""


class NumberCell(str):
    """A cell as people read it, with the numbers behind it for programs.

    Attributes:
        numbers: by what they are, "" the figure itself, such as "low" and "high" of an interval;
            None where there is none.
        unit: of the numbers; "" for counts and ratios.
    """

    numbers: Mapping[str, float | None]
    unit: str

    def __new__(
        cls, text: str, numbers: float | Mapping[str, float | None] | None, unit: str = ""
    ) -> "NumberCell":
        """A text and the number, or the numbers by what they are."""
        made = super().__new__(cls, text)
        made.numbers = numbers if isinstance(numbers, Mapping) else {"": numbers}
        made.unit = unit
        return made


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its first column is text, the others are figures.

    Attributes:
        title: what it shows.
        columns: headings.
        rows: cells, each row as long as `columns`.
        note: shown below it.
        keys: how many of the first columns tell the rows apart.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    keys: int = 1

    def terminal(self) -> "Table":
        """For a terminal."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(
            title=Text(self.title),
            title_justify="left",
            box=box.SIMPLE_HEAD,
            padding=0,
            show_edge=False,
        )
        table.caption, table.caption_justify = self.note or None, "left"
        firsts = [row[0].replace(MINUS, f"\n{MINUS.lstrip()}") for row in self.rows]
        widest = max((len(line) for first in firsts for line in first.split("\n")), default=0)
        named = widest <= _WHOLE_NAME
        for place, name in enumerate(self.columns):
            table.add_column(
                Text(name),
                justify="right" if place else "left",
                no_wrap=named and not place,
                overflow="fold",
            )
        for first, row in zip(firsts, self.rows, strict=True):
            table.add_row(Text(first), *map(Text, row[1:]))
        return table

    def text(self) -> str:
        """For a pipe or a file: nothing is wrapped, and no line ends in spaces."""
        table = [self.columns, *self.rows]
        widths = [max(map(text_width, column)) for column in zip(*table, strict=True)]
        lines = [
            " ".join(
                padded(cell, width, right=place > 0)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in table
        ]
        rule = "─" * (sum(widths) + len(widths) - 1)
        note = [self.note] if self.note else []
        return "\n".join([self.title, lines[0], rule, *lines[1:], *note, ""])

    def markdown(self) -> str:
        """A heading and a pipe table."""
        marks = ["---", *("---:" for _ in self.columns[1:])]
        rows = [self.columns, marks, *([markdown_text(cell) for cell in row] for row in self.rows)]
        lines = [f"### {markdown_text(self.title)}", "", *(f"| {' | '.join(r)} |" for r in rows)]
        return "\n".join([*lines, *(["", markdown_text(self.note)] if self.note else []), ""])

    def latex(self) -> str:
        """A `table` for the package `booktabs`."""
        lines = [
            "\\begin{table}",
            f"\\caption{{{latex_text(self.title)}}}",
            f"\\begin{{tabular}}{{l{'r' * (len(self.columns) - 1)}}}",
            "\\toprule",
            *(" & ".join(map(latex_text, row)) + r" \\" for row in (self.columns, *self.rows)),
            "\\bottomrule",
            "\\end{tabular}",
            "\\end{table}",
        ]
        lines.insert(5, "\\midrule")
        return "\n".join(lines) + "\n"


def grids_csv(grids: Sequence[Grid]) -> str:
    """All cells of several tables in one long table for programs.

    Returns:
        Comma-separated values with the columns table, row, column, value and unit; the first three
        are different in each line. Numbers are plain and not rounded as in the tables; a cell
        without a figure is empty.
    """
    cells = (
        (grid.title, ", ".join(row[: grid.keys]), *cell)
        for grid in grids
        for row in grid.rows
        for name, text in zip(grid.columns[grid.keys :], row[grid.keys :], strict=True)
        for cell in _plain(name, text)
    )
    return csv_text([("table", "row", "column", "value", "unit"), *cells])


def _plain(name: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Column, value and unit of the numbers of a cell, or of its text if it is not a figure."""
    if not isinstance(text, NumberCell):
        yield name, "" if text == NOTHING else text, ""
        return
    for part, number in text.numbers.items():
        known = number is not None and math.isfinite(number)
        yield f"{name} {part}".rstrip(), f"{number:.10g}" if known else "", text.unit
