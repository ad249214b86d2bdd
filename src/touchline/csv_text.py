"""Tables as comma-separated values, in which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from touchline.text import inert

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""What spreadsheets take for the start of a formula (OWASP, "CSV Injection")."""
_NUMBER = re.compile(r"[+-]?(\d+(,\d{3})*(\.\d*)?|\.\d+)([eE][+-]?\d+)?( ?%)?")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The content of a CSV file; a text that a spreadsheet would compute begins with a quote.

    Args:
        rows: the cells, the header first; None is an empty cell.

    >>> csv_text([("model", "change"), ("=1+1", "-0.5"), ("a,b", None)])
    "model,change\\n'=1+1,-0.5\\n\\"a,b\\",\\n"
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = inert(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
