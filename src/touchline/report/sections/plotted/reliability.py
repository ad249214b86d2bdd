"""The section of reliability diagrams: how often spots of some confidence are right."""

from touchline.report.data import ReportData
from touchline.report.figures.figure import (
    COLOURS,
    PERCENT_AXIS,
    QUIET,
    UNIT_SCALE,
    Figure,
    quantity,
    shown_name,
)
from touchline.report.sections.section import ReportSection, SectionInput, own_template
from touchline.scores import Reliability


def _measure(found: SectionInput) -> Reliability | None:
    extended = found.sheet.extended if found.sheet else None
    if extended is None or not found.has_probability:
        return None
    return extended.calibration.raw.reliability


def _figures(data: ReportData) -> list[Figure]:
    models = data.measured("reliability")
    return [_figure(model, found) for model, found in models.items() if any(found.counts)]


def _figure(model: str, found: Reliability) -> Figure:
    values = [
        {"confidence": confidence, "precision": precision, "spots": count}
        for confidence, precision, count in zip(
            found.confidence, found.precision, found.counts, strict=True
        )
        if count
    ]
    x = quantity("confidence", "Confidence", scale=UNIT_SCALE, axis=PERCENT_AXIS)
    y = quantity("precision", "Share that is right", scale=UNIT_SCALE, axis=PERCENT_AXIS)
    ideal = [{"confidence": 0, "precision": 0}, {"confidence": 1, "precision": 1}]
    size = {"field": "spots", "type": "quantitative", "legend": None, "scale": {"range": [20, 320]}}
    spec = {
        "data": {"values": values},
        "layer": [
            {
                "data": {"values": ideal},
                "mark": {"type": "line", "color": QUIET, "strokeDash": [4, 4], "strokeWidth": 1},
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {"type": "line", "color": COLOURS[0], "strokeWidth": 1.5},
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {"type": "circle", "color": COLOURS[0], "opacity": 0.85},
                "encoding": {"x": x, "y": y, "size": size},
            },
        ],
    }
    name = shown_name(model)
    alt_text = f"Share of right spots against confidence for {name}, in {len(values)} bins."
    return Figure("reliability", name, alt_text, spec)


SECTION = ReportSection(
    name="reliability",
    title="Reliability",
    template=own_template("reliability"),
    measure=_measure,
    figures=_figures,
)
