"""Plain tables in every form."""

import csv
import io

from rich.console import Console

from touchline.report.comparison_tables import pair_matrices
from touchline.report.grids import Grid, grids_csv
from touchline.scores import Interval, PairTest

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


def test_a_pipe_gets_whole_lines_under_each_other() -> None:
    grid = Grid("t", ("class", "x"), (("日本 minus [b]", "1"), ("b", "−20.5")), "a note " * 30)
    lines = grid.text().splitlines()
    assert lines == [
        "t",
        "class              x",
        "────────────────────",
        "日本 minus [b]     1",
        "b              −20.5",
        "a note " * 30,
    ]


def test_terminal_keeps_names_whole_and_marks_unread() -> None:
    console = Console(width=40, record=True, file=io.StringIO())
    grid = Grid("t", ("class", "x"), (("[red]Indirect free-kick", "1"),), "a note of some length")
    console.print(grid.terminal())
    assert "[red]Indirect free-kick" in console.export_text()


def test_many_pairs_are_a_matrix_and_few_keep_whole_names_at_80_columns() -> None:
    names = [f"a-model-of-a-long-name-{number}" for number in range(5)]

    def tests(models: list[str]) -> list[PairTest]:
        return [
            PairTest(a, b, "loose", "models", Interval(0.1, 0.05, 0.15), 0.01, 0.02, True, 0.1)
            for place, a in enumerate(models)
            for b in models[place + 1 :]
        ]

    def shown(grids: list[Grid]) -> str:
        console = Console(width=80, record=True, file=io.StringIO())
        for grid in grids:
            console.print(grid.terminal())
        return console.export_text()

    matrix = shown(pair_matrices(tests(names)))
    few = shown(pair_matrices(tests(names[:2])))
    assert all(name in matrix for name in names)
    assert matrix.count("+10.0*") == matrix.count("-10.0*") == 10
    assert f"{names[0]} " in few
    assert f"minus {names[1]}" not in matrix
    assert f"minus {names[1]}"[:34] in few
    assert "…" not in matrix + few
