"""Plain tables in every form."""

import csv
import io

from rich.console import Console

from touchline.report.grids import Grid, grids_csv

GRID = Grid("Errors & more", ("kind", "share"), (("wrong|class", "1 %"), ("a_b", "–")), "in %")


def test_markdown_escapes_its_marks() -> None:
    assert GRID.markdown().splitlines() == [
        "### Errors & more",
        "",
        "| kind | share |",
        "| --- | ---: |",
        r"| wrong\|class | 1 % |",
        r"| a\_b | – |",
        "",
        "in %",
    ]


def test_latex_escapes_its_commands() -> None:
    text = GRID.latex()
    assert r"\caption{Errors \& more}" in text
    assert r"a\_b & -- \\" in text
    assert text.count(r"\midrule") == 1
    assert text.index(r"\toprule") < text.index("kind & share") < text.index(r"\midrule")


def test_csv_is_one_long_table() -> None:
    rows = list(csv.DictReader(io.StringIO(grids_csv([GRID, GRID]))))
    assert len(rows) == 4
    assert rows[0] == {
        "table": "Errors & more",
        "row": "wrong|class",
        "column": "share",
        "value": "1 %",
    }


def test_terminal_keeps_names_whole_and_marks_unread() -> None:
    console = Console(width=40, record=True, file=io.StringIO())
    grid = Grid("t", ("class", "x"), (("[red]Indirect free-kick", "1"),), "a note of some length")
    console.print(grid.terminal())
    assert "[red]Indirect free-kick" in console.export_text()
