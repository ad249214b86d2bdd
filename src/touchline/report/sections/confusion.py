"""The section of confusion: which class is claimed where another happens."""

from dataclasses import dataclass
from typing import Any

from touchline.report.data import ReportData
from touchline.report.formatting import within
from touchline.report.sections.section import ReportSection, SectionInput, own_template
from touchline.report.sections.shading import shade
from touchline.scores import ClassConfusion, class_confusion


@dataclass(frozen=True, slots=True)
class ConfusionCell:
    """A count, its shade, and whether claim and truth are the same class."""

    count: int
    level: str
    same: bool


@dataclass(frozen=True, slots=True)
class ConfusionLine:
    """One true class: how often it happens and what was claimed there."""

    truth: str
    sum: int
    cells: tuple[ConfusionCell, ...]


@dataclass(frozen=True, slots=True)
class ConfusionTable:
    """One model's table, without the classes that neither happen nor are claimed."""

    model: str
    claims: tuple[str, ...]
    lines: tuple[ConfusionLine, ...]


def confusion_table(model: str, found: ClassConfusion) -> ConfusionTable:
    """Shades a confusion matrix row by row and omits its empty rows and columns."""
    truths = (*found.classes, "nothing there")
    claims = (*found.classes, "nothing claimed")
    kept = [index for index in range(len(claims)) if any(row[index] for row in found.counts)]
    lines = tuple(
        ConfusionLine(
            truth,
            sum(row),
            tuple(
                ConfusionCell(row[index], shade(row[index] / max(row)), claims[index] == truth)
                for index in kept
            ),
        )
        for truth, row in zip(truths, found.counts, strict=True)
        if any(row)
    )
    return ConfusionTable(model, tuple(claims[index] for index in kept), lines)


def _measure(found: SectionInput) -> ClassConfusion | None:
    if found.sheet is None or found.sheet.extended is None:
        return None
    return class_confusion(found.events, found.tolerance_s)


def _context(data: ReportData) -> dict[str, Any] | None:
    models = data.measured("confusion")
    if not models:
        return None
    tolerances = {found.tolerance_s for found in models.values()}
    return {
        "confusions": [confusion_table(model, found) for model, found in models.items()],
        "within": within(tolerances.pop()) if len(tolerances) == 1 else "",
    }


SECTION = ReportSection(
    name="confusion",
    title="Confusion",
    template=own_template("confusion"),
    measure=_measure,
    context=_context,
)
