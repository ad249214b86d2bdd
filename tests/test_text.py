"""CSV for spreadsheets: what strangers wrote is text there, and figures stay figures."""

import csv
import io

import pytest

from touchline.text import csv_text


def read(*cells):
    [row] = csv.reader(io.StringIO(csv_text([cells])))
    return row


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+A1",
        "-A1+2",
        "@SUM(A1)",
        "=HYPERLINK(1)",
        " =1",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "--1",
    ],
)
def test_no_cell_is_a_formula(formula):
    [cell] = read(formula)
    assert cell[0] in "'⟨"


@pytest.mark.parametrize("figure", ["-0.5", "+0.012", "-1,234.5", "-3 %", "+1e-05", "0", "12"])
def test_a_figure_stays_a_figure(figure):
    assert read(figure) == [figure]


def test_numbers_nothing_and_ordinary_text_are_as_they_were():
    assert read(-1.5, None, "a,b", 'c"d', "2026-01-02 A - B") == [
        "-1.5",
        "",
        "a,b",
        'c"d',
        "2026-01-02 A - B",
    ]


def test_escapes_are_written_out():
    assert read("a\x1b[2Kb\u202ec") == ["a⟨U+001B⟩[2Kb⟨U+202E⟩c"]
