"""Rows of a CSV file of strangers, as spreadsheets of all countries write them."""

import csv
import io

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.read_rules import ReadRules
from touchline.spots.formats.source_file import SourceFile

_DELIMITERS = ",;\t"
_QUOTED = "'"


def read_rows(file: SourceFile, rules: ReadRules) -> tuple[list[str], list[dict[str, str]]]:
    """The names of the columns, and the rows by them; empty lines are left out.

    The delimiter is the one of comma, semicolon and tab that the first line has most of.

    Raises:
        UserError: it has no header, names a column twice, or is not CSV.
    """
    first = file.text.lstrip("\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        lines = [
            row
            for row in csv.reader(io.StringIO(file.text), delimiter=delimiter, strict=True)
            if row
        ]
    except csv.Error as error:
        raise UserError(f"{file.name} is not valid CSV: {error}.") from error
    if not lines:
        raise UserError(f"{file.name} is empty: it needs a header and one row for each event.")
    columns = [name.strip().casefold() for name in lines[0]]
    if twice := [name for name in columns if name and columns.count(name) > 1]:
        raise UserError(f"{file.name} has two columns called '{twice[0][:40]}'.")

    def row(cells: list[str]) -> dict[str, str]:
        if len(cells) != len(columns):
            raise UnreadableEntryError(f"it has {len(cells)} cells, not {len(columns)}")
        return dict(zip(columns, map(plain_cell, cells), strict=True))

    return columns, rules.each(lines[1:], file.name, row, "row")


def plain_cell(text: str) -> str:
    """A cell without the quote that keeps spreadsheets from computing it."""
    text = text.strip()
    return (
        text[1:]
        if text[:1] == _QUOTED and text[1:2] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")
        else text
    )
