"""Cells of the tables of scores."""

import math
from typing import TYPE_CHECKING

from touchline.report.formatting import NOTHING, number, percent

if TYPE_CHECKING:
    from touchline.scores import Interval

TOO_FEW = "too few games"
"""Shown in place of an interval."""


def number_of(count: int) -> str:
    """A count, thousands apart."""
    return f"{count:,}"


def interval_of(interval: "Interval | None") -> str:
    """Both ends in %, or why there are none; a dash without a figure."""
    if interval is None:
        return NOTHING
    if interval.ends is None:
        return TOO_FEW
    return f"{percent(interval.ends[0])} to {percent(interval.ends[1])}"


def percent_of(value: float | None) -> str:
    """A share in %, or a dash for None."""
    return NOTHING if value is None else percent(value)


def decimal_of(value: float | None) -> str:
    """A number, or a dash for None."""
    return NOTHING if value is None else number(value)


def defined_percent(value: float) -> str:
    """A share in %, or a dash for NaN."""
    return NOTHING if math.isnan(value) else percent(value)
