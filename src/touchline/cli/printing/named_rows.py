"""Rows under names as wide as a terminal, such as those of matches, which are not broken."""

from collections.abc import Iterator, Sequence


def named_rows(
    what: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]
) -> Iterator[str]:
    """Lines of a table whose names have lines of their own.

    Args:
        what: the names are of.
        columns: headings of the cells.
        rows: names and cells, each row as long as `columns`.

    >>> list(named_rows("video", ["fps", "size"], [("a/1.mkv", ["25", "6.0 MB"])]))
    ['video', '  fps  size', 'a/1.mkv', '  25   6.0 MB']
    """
    cells = [list(columns), *([*row] for _, row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]

    def line(row: Sequence[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        return f"  {'  '.join(padded)}".rstrip()

    yield what
    yield line(columns)
    for name, row in rows:
        yield name
        yield line(row)


def fitting_rows(
    what: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], width: int
) -> list[str]:
    """Lines of a table with whole names: beside the cells where a line is wide enough for that.

    Args:
        what: the names are of.
        columns: headings of the cells.
        rows: names and cells, each row as long as `columns`.
        width: characters of a line.

    >>> fitting_rows("model", ["windows"], [("demo", ["158"])], 80)
    ['model   windows', 'demo    158']
    """
    cells = [[what, *columns], *([name, *row] for name, row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    lines = [
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return lines if max(map(len, lines)) <= width else list(named_rows(what, columns, rows))
