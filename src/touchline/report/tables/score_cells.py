"""Cells of the tables of scores."""

import math
from typing import TYPE_CHECKING

from touchline.report.formatting import NOTHING, number, percent
from touchline.report.grids import NumberCell

if TYPE_CHECKING:
    from touchline.scores import Interval

_FORM = "{:.2f}"
TOO_FEW = "too few games"
"""Shown in place of an interval."""


def number_of(count: int) -> NumberCell:
    """A count, thousands apart."""
    return NumberCell(f"{count:,}", count)


def interval_of(interval: "Interval | None", form: str = _FORM, unit: str = "%") -> NumberCell:
    """Both ends in hundredths, or why there are none; a dash without a figure."""
    ends = None if interval is None else interval.ends
    if ends is None:
        text = NOTHING if interval is None else TOO_FEW
        return NumberCell(text, {"low": None, "high": None}, unit)
    low, high = 100 * ends[0], 100 * ends[1]
    return NumberCell(
        f"{form.format(low)} to {form.format(high)}", {"low": low, "high": high}, unit
    )


def percent_of(value: float | None) -> NumberCell:
    """A share in %, or a dash for None."""
    if value is None:
        return NumberCell(NOTHING, None, "%")
    return NumberCell(percent(value), 100 * value, "%")


def decimal_of(value: float | None) -> NumberCell:
    """A number, or a dash for None."""
    return NumberCell(NOTHING if value is None else number(value), value)


def figure_of(value: float | None, form: str, unit: str = "", without: str = NOTHING) -> NumberCell:
    """A number in a form such as "{:.3f}", or what is shown without one."""
    return NumberCell(without if value is None else form.format(value), value, unit)


def points_of(value: float | None, form: str = _FORM, without: str = NOTHING) -> NumberCell:
    """A difference of scores from -1 to 1 in points, or what is shown without one."""
    return figure_of(None if value is None else 100 * value, form, "points", without)


def seconds_of(value_ms: float | None, form: str) -> NumberCell:
    """Milliseconds in seconds, or a dash for None."""
    return figure_of(None if value_ms is None else value_ms / 1000, form, "s")


def defined_percent(value: float) -> NumberCell:
    """A share in %, or a dash for NaN."""
    return percent_of(None if math.isnan(value) else value)
