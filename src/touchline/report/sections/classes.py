"""The section of average precision by class and model, as shaded tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from touchline.report.data import ClassTable, ReportData
from touchline.report.leaderboard.ranking import in_order
from touchline.report.row import Row
from touchline.report.sections.section import ReportSection, own_template
from touchline.report.sections.shading import shade


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A figure and the style class of its shade."""

    score: float | None
    level: str


@dataclass(frozen=True, slots=True)
class HeatLine:
    """One class: its true events, and a cell for each model."""

    label: str
    truths: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class HeatTable:
    """A table of classes against models with shaded cells."""

    metric: str
    models: tuple[str, ...]
    lines: tuple[HeatLine, ...]


def heat_table(table: ClassTable, rows: Sequence[Row]) -> HeatTable:
    """Shades a table, from nothing for 0 to the strongest for its best figure; best model first."""
    figures = [figure or 0.0 for scores in table.scores.values() for figure in scores]
    best = max(figures, default=0.0) or 1.0
    models = tuple(in_order(table.scores, rows))
    lines = tuple(
        HeatLine(label, truths, tuple(_cell(table.scores[m][index], best) for m in models))
        for index, (label, truths) in enumerate(zip(table.labels, table.truths, strict=True))
    )
    return HeatTable(table.metric, models, lines)


def _cell(score: float | None, best: float) -> HeatCell:
    return HeatCell(None, "none") if score is None else HeatCell(score, shade(score / best))


def _context(data: ReportData) -> dict[str, Any] | None:
    heats = [heat_table(table, data.rows) for table in data.per_class]
    return {"heats": heats} if heats else None


SECTION = ReportSection(
    name="classes", title="Per class", template=own_template("classes"), context=_context
)
