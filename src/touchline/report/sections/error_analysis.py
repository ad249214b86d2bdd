"""The section of errors: what each kind costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from touchline.report.data import ReportData
from touchline.report.sections.section import ReportSection, SectionInput, own_template
from touchline.scores import ErrorAnalysis, ErrorKind


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """What one kind of error costs one model; `length` is its bar's, from 0 to 100."""

    cost: float
    count: int
    length: float


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One model: a cell for each kind, None for a kind that was not measured."""

    model: str
    cells: tuple[ErrorCell | None, ...]


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """Models against kinds of error."""

    kinds: tuple[ErrorKind, ...]
    lines: tuple[ErrorLine, ...]


def error_table(models: Mapping[str, ErrorAnalysis]) -> ErrorTable:
    """The errors of all models as a table, without the kinds that no model has."""
    shares = {
        (model, share.kind): share for model, found in models.items() for share in found.kinds
    }
    highest = max((share.loose_gain for share in shares.values()), default=0.0) or 1.0
    cells = {
        place: ErrorCell(share.loose_gain, share.count, max(0.0, 100 * share.loose_gain / highest))
        for place, share in shares.items()
    }
    kinds = tuple(dict.fromkeys(kind for _, kind in shares))
    return ErrorTable(
        kinds,
        tuple(
            ErrorLine(model, tuple(cells.get((model, kind)) for kind in kinds)) for model in models
        ),
    )


def _measure(found: SectionInput) -> ErrorAnalysis | None:
    return found.sheet.extended.errors if found.sheet and found.sheet.extended else None


def _context(data: ReportData) -> dict[str, Any] | None:
    models = data.measured("errors")
    return {"errors": error_table(models)} if models else None


SECTION = ReportSection(
    name="errors",
    title="Errors",
    template=own_template("errors"),
    measure=_measure,
    context=_context,
)
