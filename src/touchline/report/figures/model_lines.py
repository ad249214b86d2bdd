"""Which models have lines in shared plots, and how their lines look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from touchline.report.data import ReportData
from touchline.report.figures.figure import COLOURS, DASHES, MAX_LINES, shown_name

_SECTIONS = ("precision_recall", "sensitivity")
"""The sections whose plots share the models' colours."""


@dataclass(frozen=True, slots=True)
class LegendLine:
    """How one model's line looks."""

    model: str
    colour: str
    dash: str


def drawn_models(data: ReportData) -> list[str]:
    """The models that are drawn, best first, as the plots name them."""
    return _models(data)[:MAX_LINES]


def line_legend(data: ReportData) -> dict[str, Any]:
    """What the template `line_legend.html.j2` needs."""
    models = _models(data)
    return {"lines": _lines(models), "undrawn": max(0, len(models) - MAX_LINES)}


def _models(data: ReportData) -> list[str]:
    names = [shown_name(model) for section in _SECTIONS for model in data.measured(section)]
    return list(dict.fromkeys(names))


def _lines(models: Sequence[str]) -> list[LegendLine]:
    return [
        LegendLine(model, colour, " ".join(map(str, dash)))
        for model, colour, dash in zip(models, COLOURS, DASHES, strict=False)
    ]
