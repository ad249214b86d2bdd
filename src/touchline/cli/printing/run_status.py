"""The progress of a run, for the terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from touchline.cli.printing.named_rows import fitting_rows

if TYPE_CHECKING:
    from touchline.runs import ModelStatus

_COUNTS = ("answered", "failed", "missing")
_MEANINGS = {
    "rate": "windows answered per second",
    "left": "time for the missing ones at that rate",
    "cost": "of all answers so far",
}
"""Of the columns that are shown where one of the models has a value."""

_Row = tuple[str, tuple[str, ...]]


def status_lines(found: "Sequence[ModelStatus]", width: int, *, halves: bool) -> Iterator[str]:
    """A table of all models with its legend; names are whole, however narrow the terminal is.

    Args:
        found: the progress of each model.
        width: characters of a line; where names and counts do not fit beside each other, names
            have lines of their own.
        halves: also show every half.
    """
    rows = [row for one in found for row in _rows(one, halves)]
    kept = [place for place in range(len(_COUNTS), 6) if any(cells[place] for _, cells in rows)]
    columns = [*_COUNTS, *(list(_MEANINGS)[place - len(_COUNTS)] for place in kept)]
    shown = [(name, [cells[place] for place in (0, 1, 2, *kept)]) for name, cells in rows]
    yield from fitting_rows("model", columns, shown, width)
    yield ""
    more = "".join(f"; {name}: {_MEANINGS[name]}" for name in columns[len(_COUNTS) :])
    yield f"answered, failed, missing: windows{more}."


def _rows(one: "ModelStatus", halves: bool) -> Iterator[_Row]:
    """A model, who answered for it, and its halves."""
    empty = ("",) * 5
    if one.fused_from or not one.planned:
        yield one.model, ("fused" if one.fused_from else "not begun", *empty)
    else:
        counts = (f"{count:,}" for count in (one.answered, one.failed, one.missing))
        rate = "" if one.per_second is None else f"{one.per_second:,.1f}/s"
        cost = "" if one.cost_usd is None else f"{one.cost_usd:.2f} USD"
        yield one.model, (*counts, rate, _duration(one.left_seconds), cost)
    for row, answered in one.rows.items():
        yield f"  {row}", (f"{answered:,}", *empty)
    for half in one.halves if halves else ():
        of_half = (f"{count:,}" for count in (half.answered, half.failed, half.missing))
        yield f"  {half.game}, half {half.half}", (*of_half, "", "", "")


def _duration(seconds: float | None) -> str:
    """Such as "2 h 05 min"; nothing where nothing is known or left."""
    if not seconds:
        return ""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min" if minutes else f"{seconds:.0f} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
