"""The optional sections in the shape in which the page's templates want them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from touchline.report.data import ReportData
from touchline.report.figures import COLOURS, DASHES, MOST, figures, lined_models
from touchline.report.ranking import best_first
from touchline.report.sections import Confusion, ErrorCost, Sections
from touchline.report.views import HEAT_LEVELS

TITLES = {
    "precision_recall": "Precision and recall",
    "confusion": "Confusion",
    "errors": "Errors",
    "reliability": "Reliability",
    "time_errors": "Time errors",
    "sensitivity": "Sensitivity",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A section's place in the page and its name."""

    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plot, drawn."""

    group: str
    title: str
    says: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class LegendLine:
    """How one model's line looks."""

    model: str
    colour: str
    dash: str


def section_context(data: ReportData) -> dict[str, Any]:
    """What the template of the optional sections needs.

    Args:
        data: the report.

    Returns:
        Names and values for the template; plots are drawn here, if there are any.
    """
    sections = best_first(data.sections, data.rows)
    models = lined_models(sections)
    return {
        "links": [
            Link(name.replace("_", "-"), title)
            for name, title in TITLES.items()
            if getattr(sections, name)
        ],
        "sections": sections,
        "drawn": _drawn(sections),
        "lines": [
            LegendLine(model, colour, " ".join(map(str, dash)))
            for model, colour, dash in zip(models, COLOURS, DASHES, strict=False)
        ],
        "undrawn": max(0, len(models) - MOST),
        "confusions": [confusion_view(one) for one in sections.confusion],
        "errors": errors_view(sections.errors),
    }


def _drawn(sections: Sections) -> list[Drawn]:
    plots = figures(sections)
    if not plots:
        return []
    from touchline.report.drawing import page_svg

    return [Drawn(plot.group, plot.title, plot.says, page_svg(plot)) for plot in plots]


@dataclass(frozen=True, slots=True)
class ConfusionCell:
    """A count, its shade, and whether claim and truth are the same class."""

    count: int
    level: str
    same: bool


@dataclass(frozen=True, slots=True)
class ConfusionLine:
    """One true class: how often it is and what was claimed there."""

    truth: str
    sum: int
    cells: tuple[ConfusionCell, ...]


@dataclass(frozen=True, slots=True)
class ConfusionView:
    """One model's table, without the classes that neither happen nor are claimed."""

    model: str
    claims: tuple[str, ...]
    lines: tuple[ConfusionLine, ...]


def confusion_view(one: Confusion) -> ConfusionView:
    """Shade a confusion table row by row and leave out its empty rows and columns."""
    kept = [index for index in range(len(one.claims)) if any(row[index] for row in one.counts)]
    lines = tuple(
        ConfusionLine(truth, sum(row), tuple(_shaded(one, truth, row, index) for index in kept))
        for truth, row in zip(one.truths, one.counts, strict=True)
        if any(row)
    )
    return ConfusionView(one.model, tuple(one.claims[index] for index in kept), lines)


def _shaded(one: Confusion, truth: str, row: tuple[int, ...], index: int) -> ConfusionCell:
    level = round((HEAT_LEVELS - 1) * row[index] / max(row))
    return ConfusionCell(row[index], f"h{level}", one.claims[index] == truth)


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A kind of error and what counts as it."""

    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """What one kind of error costs one model; `length` is its bar's, from 0 to 100."""

    cost: float
    count: int
    length: float


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One model: a cell for each kind, None where nothing was said."""

    model: str
    cells: tuple[ErrorCell | None, ...]


@dataclass(frozen=True, slots=True)
class ErrorsView:
    """Models against kinds of error."""

    kinds: tuple[ErrorKind, ...]
    lines: tuple[ErrorLine, ...]


def errors_view(errors: Sequence[ErrorCost]) -> ErrorsView | None:
    """The errors as a table, or None where there are none."""
    if not errors:
        return None
    kinds = {error.kind: error.explanation for error in errors}
    highest = max(error.cost for error in errors) or 1.0
    cells = {
        (error.model, error.kind): ErrorCell(
            error.cost, error.count, max(0.0, 100 * error.cost / highest)
        )
        for error in errors
    }
    models = dict.fromkeys(error.model for error in errors)
    return ErrorsView(
        tuple(ErrorKind(kind, explanation) for kind, explanation in kinds.items()),
        tuple(ErrorLine(m, tuple(cells.get((m, kind)) for kind in kinds)) for m in models),
    )
