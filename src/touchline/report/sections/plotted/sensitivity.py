"""The section of sensitivity: how scores change with one setting."""

from typing import Any

from touchline.report.data import ReportData
from touchline.report.figures.figure import (
    Figure,
    model_series,
    quantity,
    shown_name,
    vertical_rule,
)
from touchline.report.figures.model_lines import drawn_models, line_legend
from touchline.report.sections.section import ReportSection, SectionInput, own_template
from touchline.scores import SensitivityCurve, measure_sensitivity

Curves = tuple[SensitivityCurve, ...]


def _measure(found: SectionInput) -> Curves | None:
    if found.sheet is None or found.sheet.extended is None:
        return None
    return measure_sensitivity(found.sheet, found.events, found.tolerance_s, found.remerged)


def _context(data: ReportData) -> dict[str, Any] | None:
    models: dict[str, Curves] = data.measured("sensitivity")
    if not models:
        return None
    chosen = any(curve.chosen is not None for curves in models.values() for curve in curves)
    return line_legend(data) | {"chosen": chosen}


def _figures(data: ReportData) -> list[Figure]:
    models = drawn_models(data)
    by_title: dict[str, list[tuple[str, SensitivityCurve]]] = {}
    for model, curves in data.measured("sensitivity").items():
        if shown_name(model) in models:
            for curve in curves:
                title = shown_name(f"{curve.metric} against {curve.setting}")
                by_title.setdefault(title, []).append((shown_name(model), curve))
    return [_figure(title, curves, models) for title, curves in by_title.items()]


def _figure(title: str, curves: list[tuple[str, SensitivityCurve]], models: list[str]) -> Figure:
    values = [
        {"model": model, "value": value, "score": score}
        for model, curve in curves
        for value, score in zip(curve.values, curve.scores, strict=True)
    ]
    line = {
        "mark": {"type": "line", "strokeWidth": 1.8, "point": {"size": 18}},
        "encoding": {
            "x": quantity("value", None, scale={"zero": False}),
            "y": quantity("score", None, axis={"format": "~%"}),
            **model_series(models),
        },
    }
    chosen = sorted({curve.chosen for _, curve in curves if curve.chosen is not None})
    spec = {
        "data": {"values": values},
        "layer": [line, *(vertical_rule(value) for value in chosen)],
    }
    alt_text = f"{title}, one line for each of {len(curves)} models."
    return Figure("sensitivity", title, alt_text, spec)


SECTION = ReportSection(
    name="sensitivity",
    title="Sensitivity",
    template=own_template("sensitivity"),
    measure=_measure,
    context=_context,
    figures=_figures,
)
