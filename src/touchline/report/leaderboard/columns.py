"""The leaderboard's columns, made from the metrics: every form of the table uses them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from touchline.report.formatting import (
    NOTHING,
    dollars,
    duration,
    memory,
    number,
    percent,
    share,
    within,
)
from touchline.report.grids import NumberCell
from touchline.report.row import LowHigh, Row
from touchline.scores import METRIC_REGISTRY, Format, Metric

_FORMATS: dict[Format, Callable[[float], str]] = {
    "percent": percent,
    "share": share,
    "number": number,
    "duration": duration,
    "memory": memory,
    "dollars": dollars,
    "tolerance": within,
}
_UNITS: dict[Format, tuple[float, str]] = {
    "percent": (100, "%"),
    "share": (100, "%"),
    "number": (1, ""),
    "duration": (1, "s"),
    "memory": (1, "bytes"),
    "dollars": (1, "USD"),
    "tolerance": (1, "s"),
}
"""The unit of a figure for programs, and what a stored one is multiplied with."""


@dataclass(frozen=True, slots=True)
class Column:
    """The column of a metric."""

    metric: Metric

    @property
    def name(self) -> str:
        """Of the metric."""
        return self.metric.name

    @property
    def heading(self) -> str:
        """The metric's heading, to be broken into lines only where that reads well."""
        return re.sub(r"(?<=[/×\d]) | (?=\d)", "\N{NO-BREAK SPACE}", self.metric.heading)

    def show(self, value: float) -> str:
        """A figure as text."""
        return _FORMATS[self.metric.format](value)

    def cell(self, value: float | None) -> NumberCell:
        """A figure as a cell of a grid, or a dash for None."""
        times, unit = _UNITS[self.metric.format]
        text = NOTHING if value is None else self.show(value)
        return NumberCell(text, None if value is None else times * value, unit)

    def value(self, row: Row) -> float | None:
        """The row's figure, or None."""
        value = row.figure(self.name)
        return None if value is None else float(value)

    def interval(self, row: Row) -> LowHigh | None:
        """The interval around the row's figure, or None."""
        return row.intervals.get(self.name) if self.metric.shows_interval else None


def shown_columns(rows: Sequence[Row]) -> list[Column]:
    """The columns for which at least one row has a figure, and those that are always shown."""
    return [
        Column(metric)
        for metric in METRIC_REGISTRY.all()
        if (metric.always_shown or any(row.figure(metric.name) is not None for row in rows))
        and _caption(metric, rows) is None
    ]


def captions(rows: Sequence[Row]) -> list[str]:
    """The sentences that replace columns with the same figure in all rows."""
    found = [_caption(metric, rows) for metric in METRIC_REGISTRY.all()]
    return [caption for caption in found if caption is not None]


def _caption(metric: Metric, rows: Sequence[Row]) -> str | None:
    values = {row.figures[metric.name] for row in rows if metric.name in row.figures}
    if not metric.caption or len(values) != 1:
        return None
    return metric.caption.format(_FORMATS[metric.format](values.pop()))


def coverage_floor(rows: Sequence[Row]) -> str:
    """The coverage that flagged rows fall short of, such as "99 %"; "" if none is flagged."""
    floors = sorted({row.min_coverage for row in rows if row.low_coverage})
    return " or ".join(f"{100 * floor:g} %" for floor in floors)
