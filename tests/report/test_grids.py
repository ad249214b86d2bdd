"""Plain tables in every form."""

import csv
import io
import re

from rich.console import Console

from tests.report.samples import sample_rows
from touchline.report import leaderboard_grid
from touchline.report.comparison_tables import pair_grids, pair_matrices, power_grid
from touchline.report.formatting import NOTHING
from touchline.report.grids import Grid, grids_csv
from touchline.report.tables.score_cells import interval_of, number_of, percent_of, seconds_of
from touchline.scores import Interval, PairPower, PairTest

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


def test_csv_is_one_long_table_of_plain_numbers() -> None:
    interval = Interval(0.1, -0.05, 0.15)
    cells = (number_of(6460), seconds_of(270, "{:.2f} s"), percent_of(None), NOTHING, "yes")
    grid = Grid(
        "Time & more",
        ("class", "count", "bias", "mean", "no", "sure", "interval", "few"),
        (("=a", *cells, interval_of(interval, "{:+.2f}"), interval_of(Interval(0.1, None, None))),),
    )
    assert "6,460 0.27 s" in grid.text()
    assert "-5.00 to +15.00 too few games" in grid.text()
    rows = list(csv.reader(io.StringIO(grids_csv([grid]))))
    assert rows[0] == ["table", "row", "column", "value", "unit"]
    assert {(row[0], row[1]) for row in rows[1:]} == {("Time & more", "'=a")}
    assert [tuple(row[2:]) for row in rows[1:]] == [
        ("count", "6460", ""),
        ("bias", "0.27", "s"),
        ("mean", "", "%"),
        ("no", "", ""),
        ("sure", "yes", ""),
        ("interval low", "-5", "%"),
        ("interval high", "15", "%"),
        ("few low", "", "%"),
        ("few high", "", "%"),
    ]


def test_csv_of_pairs_and_power_has_each_key_once() -> None:
    pairs = [
        PairTest("a", "b", metric, "models", Interval(0.1, 0.05, 0.15), 0.01, 0.02, False, None)
        for metric in ("loose", "tight")
    ]
    power = [
        PairPower("a", "b", family, metric, 1, -0.1, 0.2, None, {0.01: 1234, 0.02: None})
        for family in ("models", "controls")
        for metric in ("loose", "tight")
    ]
    table = grids_csv([leaderboard_grid(sample_rows()), *pair_grids(pairs), power_grid(5, power)])
    rows = list(csv.DictReader(io.StringIO(table)))
    keys = [(row["table"], row["row"], row["column"]) for row in rows]
    assert len(set(keys)) == len(keys)
    values = dict(zip(keys, rows, strict=True))
    needed = values["What 5 games can show", "a minus b, models, loose", "games for 1"]
    assert (needed["value"], needed["unit"]) == ("1234", "games")
    assert values["What 5 games can show", "a minus b, models, loose", "games for 2"]["value"] == ""
    assert values["Leaderboard", "demo", "loose"]["value"] == "62.31"
    words = {
        row["value"] for row in rows if not re.fullmatch(r"-?\d+(\.\d+)?(e-\d+)?|", row["value"])
    }
    assert words <= {"no", "model", "baseline", "reference"}


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
