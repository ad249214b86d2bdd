"""The section of precision-recall curves."""

import numpy as np

from touchline.report.data import ReportData
from touchline.report.figures.figure import (
    PERCENT_AXIS,
    UNIT_SCALE,
    Figure,
    model_series,
    quantity,
    shown_name,
)
from touchline.report.figures.model_lines import drawn_models, line_legend
from touchline.report.sections.section import ReportSection, SectionInput, own_template
from touchline.scores import PrecisionRecallCurve, precision_recall_curve

_CURVE_POINTS = 100
"""A curve of thousands of spots looks the same with a hundred points."""

Curves = tuple[PrecisionRecallCurve, ...]


def _measure(found: SectionInput) -> Curves | None:
    """Curves of all classes pooled and, for models, of each class that happens."""
    if found.sheet is None or found.sheet.extended is None:
        return None
    task, truths = found.events.task, found.events.truths
    happened = [task.classes[i] for i in np.unique(truths.class_index).tolist()]
    labels = [None] if found.is_baseline else [None, *happened]
    curves = [precision_recall_curve(found.events, found.tolerance_s, label) for label in labels]
    return tuple(curve.subsampled(_CURVE_POINTS) for curve in curves if curve.recall.any()) or None


def _figures(data: ReportData) -> list[Figure]:
    models = drawn_models(data)
    by_class: dict[str, list[tuple[str, PrecisionRecallCurve]]] = {}
    for model, curves in data.measured("precision_recall").items():
        if shown_name(model) in models:
            for curve in curves:
                by_class.setdefault(shown_name(curve.label), []).append((shown_name(model), curve))
    return [_figure(label, curves, models) for label, curves in by_class.items()]


def _figure(
    label: str, curves: list[tuple[str, PrecisionRecallCurve]], models: list[str]
) -> Figure:
    values = [
        {"model": model, "point": index, "recall": recall, "precision": precision}
        for model, curve in curves
        for index, (recall, precision) in enumerate(
            zip(curve.recall.tolist(), curve.precision.tolist(), strict=True)
        )
    ]
    encoding = {
        "x": quantity("recall", "Recall", scale=UNIT_SCALE, axis=PERCENT_AXIS),
        "y": quantity("precision", "Precision", scale=UNIT_SCALE, axis=PERCENT_AXIS),
        **model_series(models),
    }
    spec = {
        "data": {"values": values},
        # A line of one point is invisible, so such a curve is a mark.
        "transform": [
            {"joinaggregate": [{"op": "count", "as": "points"}], "groupby": ["model"]},
        ],
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 1.8},
                "encoding": {**encoding, "order": {"field": "point"}},
            },
            {
                "transform": [{"filter": "datum.points == 1"}],
                "mark": {"type": "point", "filled": True, "size": 45},
                "encoding": {name: one for name, one in encoding.items() if name != "strokeDash"},
            },
        ],
    }
    title = "all classes" if label == "all" else label
    alt_text = f"Precision against recall for {title}, one line for each of {len(curves)} models."
    return Figure("precision_recall", title, alt_text, spec)


SECTION = ReportSection(
    name="precision_recall",
    title="Precision and recall",
    template=own_template("precision_recall"),
    measure=_measure,
    context=lambda data: line_legend(data) if data.measured("precision_recall") else None,
    figures=_figures,
)
