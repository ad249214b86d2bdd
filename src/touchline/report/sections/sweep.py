"""The section of a sweep: its cells as a table, and score against what they cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from touchline.report.data import ReportData, SweptCell
from touchline.report.figures.figure import COLOURS, QUIET, Figure, Spec, quantity
from touchline.report.formatting import NOTHING, dollars
from touchline.report.row import Row
from touchline.report.sections.section import ReportSection, own_template
from touchline.text import csv_text

_LOG_FROM = 20
"""How often the least cost fits into the highest, from which on the axis is logarithmic."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What cells are compared by.

    Attributes:
        name: the heading of its column and axis.
        of: the cost of a cell; None where it is unknown.
        shown: a cost as text.
    """

    name: str
    of: Callable[[SweptCell], float | None]
    shown: Callable[[float], str]


def _whole(value: float) -> str:
    return f"{value:,.0f}"


COSTS = (
    Cost("US dollars", lambda cell: cell.cost_usd, dollars),
    Cost("tokens", lambda cell: cell.tokens, _whole),
    Cost("windows", lambda cell: cell.windows, _whole),
)
"""From the one that says most to the one that is always known."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A cell and its row of the leaderboard."""

    number: int
    cell: SweptCell
    row: Row


def known_costs(cells: Sequence[SweptCell]) -> list[Cost]:
    """The costs that are known of every cell, and of some are more than nothing."""
    return [
        cost
        for cost in COSTS
        if all(cost.of(cell) is not None for cell in cells) and any(map(cost.of, cells))
    ]


def sweep_csv(data: ReportData) -> str:
    """The table of a sweep as the text of a CSV file; scores are from 0 to 1."""
    settings = _settings(data)
    names = ("row", "model", *settings, "loose", "tight", "coverage", "windows", "tokens", "usd")
    return csv_text(
        [
            names,
            *(
                (
                    line.cell.row,
                    line.cell.model,
                    *(line.cell.values.get(name, "") for name in settings),
                    *(line.row.figure(name) for name in ("loose", "tight", "coverage")),
                    line.cell.windows,
                    line.cell.tokens,
                    line.cell.cost_usd,
                )
                for line in _lines(data)
            ),
        ]
    )


def _settings(data: ReportData) -> list[str]:
    return list(dict.fromkeys(name for cell in data.sweep for name in cell.values))


def _lines(data: ReportData) -> list[_Line]:
    """The cells, best first; those without a score last."""
    rows = {row.model: row for row in data.rows}
    cells = [cell for cell in data.sweep if cell.row in rows]
    ordered = sorted(cells, key=lambda cell: _from_best(rows[cell.row]))
    return [_Line(number, cell, rows[cell.row]) for number, cell in enumerate(ordered, start=1)]


def _from_best(row: Row) -> tuple[bool, float]:
    return row.score is None, -(row.score or 0.0)


def _context(data: ReportData) -> dict[str, Any] | None:
    if not data.sweep:
        return None
    costs, settings = known_costs(data.sweep), _settings(data)
    models = list(dict.fromkeys(cell.model for cell in data.sweep))
    return {
        "settings": settings,
        "costs": [cost.name for cost in costs],
        "lines": [
            {
                "number": line.number,
                "model": line.cell.model,
                "values": [line.cell.values.get(name, "") for name in settings],
                "loose": line.row.loose,
                "tight": line.row.tight,
                "costs": [
                    (value, cost.shown(value))
                    for cost in costs
                    if (value := cost.of(line.cell)) is not None
                ],
            }
            for line in _lines(data)
        ],
        "models": list(zip(models, COLOURS, strict=False)) if len(models) > 1 else [],
        "axis": costs[0].name if costs else NOTHING,
    }


def _figures(data: ReportData) -> list[Figure]:
    lines = [line for line in _lines(data) if line.row.score is not None]
    if not lines or not (costs := known_costs([line.cell for line in lines])):
        return []
    cost = costs[0]
    models = list(dict.fromkeys(cell.model for cell in data.sweep))
    at: dict[tuple[float | None, float | None], list[int]] = {}
    for line in lines:
        at.setdefault((cost.of(line.cell), line.row.score), []).append(line.number)
    values = [
        {
            "cost": cost.of(line.cell),
            "score": line.row.score,
            # Cells at one place have one label.
            "number": _ranges(numbers) if numbers[0] == line.number else "",
            "model": str(models.index(line.cell.model)),
        }
        for line in lines
        for numbers in [at[cost.of(line.cell), line.row.score]]
    ]
    metric = lines[0].row.ranked_by
    alt_text = f"{metric} average-mAP of {len(lines)} cells against {cost.name}."
    return [Figure("sweep", f"{metric} against {cost.name}", alt_text, _spec(values, cost.name))]


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers, those that follow each other as a range.

    >>> _ranges([1, 2, 3, 5, 8, 9])
    '1–3, 5, 8, 9'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )


def _spec(values: list[dict[str, Any]], name: str) -> Spec:
    costs = [float(value["cost"]) for value in values]
    is_wide = min(costs) > 0 and max(costs) > _LOG_FROM * min(costs)
    place = {
        "x": quantity("cost", name, scale={"type": "log"} if is_wide else {"zero": False}),
        "y": quantity("score", None, axis={"format": "~%"}, scale={"zero": False}),
    }
    numbers = sorted({value["model"] for value in values})
    colour = {
        "field": "model",
        "scale": {
            "domain": numbers,
            "range": [COLOURS[int(one) % len(COLOURS)] for one in numbers],
        },
        "legend": None,
    }
    point = {
        "mark": {"type": "point", "filled": True, "size": 40},
        "encoding": {**place, "color": colour},
    }
    beside = {"dx": 5, "dy": -6, "align": "left", "fontSize": 10, "color": QUIET}
    number = {
        "mark": {"type": "text", **beside},
        "encoding": {**place, "text": {"field": "number", "type": "nominal"}},
    }
    return {"data": {"values": values}, "layer": [point, number]}


SECTION = ReportSection(
    name="sweep",
    title="Sweep",
    template=own_template("sweep"),
    context=_context,
    figures=_figures,
)
