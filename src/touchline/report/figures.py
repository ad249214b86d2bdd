"""The report's plots as Vega-Lite specifications, and as SVG and PNG.

Vega-Lite is drawn here, by vl-convert, and not in the reader's browser: a plot costs the page a few
kilobytes of SVG instead of 4.5 MB of plotly.js, needs no script (so the page's policy can forbid
all but its own), and the same specification makes the SVG and PNG for a paper.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from touchline.report.sections import (
    PrecisionRecallCurve,
    Reliability,
    Sections,
    Sensitivity,
    TimeErrors,
)
from touchline.report.text import visible

Spec = dict[str, Any]

QUIET = "#5c6269"
LINE = "#dfe0dc"
COLOURS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#808080", "#8c6d31",
)  # fmt: skip
"""Okabe and Ito's, without the two that vanish on white or black. The style sheet knows them."""
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4), (10, 3), (3, 5), (6, 2, 2, 2))
MOST = len(COLOURS)
"""Models in one plot: more lines than this cannot be told apart."""

_PERCENT = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
_UNIT = {"domain": [0, 1]}


@dataclass(frozen=True, slots=True)
class Figure:
    """One plot.

    Attributes:
        group: the section that it stands in; an attribute of `Sections`.
        title: what tells it from the others of its group: a class, a model, a setting.
        says: one sentence for those who cannot see it.
        spec: the Vega-Lite specification, its numbers inside.
    """

    group: str
    title: str
    says: str
    spec: Spec


def figures(sections: Sections) -> list[Figure]:
    """All plots of a report.

    Args:
        sections: what there is to draw, best model first; where lines share a plot, the first
            eight models are drawn.

    Returns:
        The plots, section by section.
    """
    drawn = lined_models(sections)[:MOST]
    return [
        *_precision_recall(sections.precision_recall, drawn),
        *(_reliability(one) for one in sections.reliability if any(one.counts)),
        *(_time_errors(one) for one in sections.time_errors if any(one.counts)),
        *_sensitivity(sections.sensitivity, drawn),
    ]


def lined_models(sections: Sections) -> list[str]:
    """The models that have lines in shared plots, as the plots name them."""
    curves = [one.model for one in sections.precision_recall]
    curves += [one.model for one in sections.sensitivity]
    return list(dict.fromkeys(_name(model) for model in curves))


def _name(text: str) -> str:
    return visible(text, 120)


def _group(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _series(models: Sequence[str]) -> Spec:
    """Colour and dash of each model, the same in every plot and in the page's legend."""
    count = len(models)
    return {
        "color": {
            "field": "model",
            "scale": {"domain": list(models), "range": list(COLOURS[:count])},
            "legend": None,
        },
        "strokeDash": {
            "field": "model",
            "scale": {"domain": list(models), "range": [list(dash) for dash in DASHES[:count]]},
            "legend": None,
        },
    }


def _precision_recall(
    curves: Sequence[PrecisionRecallCurve], models: Sequence[str]
) -> list[Figure]:
    by_class = _group(
        (_name(curve.label), curve) for curve in curves if _name(curve.model) in models
    )
    plots = []
    for label, drawn in by_class.items():
        values = [
            {"model": _name(curve.model), "point": index, "recall": recall, "precision": precision}
            for curve in drawn
            for index, (recall, precision) in enumerate(
                zip(curve.recall, curve.precision, strict=True)
            )
        ]
        spec = {
            "data": {"values": values},
            "mark": {"type": "line", "strokeWidth": 1.8},
            "encoding": {
                "x": _quantity("recall", "Recall", scale=_UNIT, axis=_PERCENT),
                "y": _quantity("precision", "Precision", scale=_UNIT, axis=_PERCENT),
                "order": {"field": "point"},
                **_series(models),
            },
        }
        title = "all classes" if label == "all" else label
        says = f"Precision against recall for {title}, one line for each of {len(drawn)} models."
        plots.append(Figure("precision_recall", title, says, spec))
    return plots


def _reliability(one: Reliability) -> Figure:
    values = [
        {"confidence": confidence, "precision": precision, "spots": count}
        for confidence, precision, count in zip(
            one.confidence, one.precision, one.counts, strict=True
        )
        if count
    ]
    x = _quantity("confidence", "Confidence", scale=_UNIT, axis=_PERCENT)
    y = _quantity("precision", "Share that is right", scale=_UNIT, axis=_PERCENT)
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
    says = f"Share of right spots against confidence for {_name(one.model)}, in {len(values)} bins."
    return Figure("reliability", _name(one.model), says, spec)


def _time_errors(one: TimeErrors) -> Figure:
    values = [
        {"from": low / 1000, "to": high / 1000, "spots": count}
        for (low, high), count in zip(pairwise(one.edges_ms), one.counts, strict=True)
    ]
    most = max(one.counts)
    ticks = list(range(0, most + 1, max(1, math.ceil(most / 4))))
    spec = {
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "bar", "color": COLOURS[0]},
                "encoding": {
                    "x": _quantity("from", "Spot minus truth (s)", bin={"binned": True}),
                    "x2": {"field": "to"},
                    "y": _quantity("spots", "Spots", axis={"values": ticks, "format": "d"}),
                },
            },
            _rule(0),
        ],
    }
    says = f"Histogram of the time errors of {sum(one.counts):,} right spots of {_name(one.model)}."
    return Figure("time_errors", _name(one.model), says, spec)


def _sensitivity(curves: Sequence[Sensitivity], models: Sequence[str]) -> list[Figure]:
    kept = [curve for curve in curves if _name(curve.model) in models]
    plots = []
    for title, drawn in _group((_name(f"{c.metric} against {c.setting}"), c) for c in kept).items():
        values = [
            {"model": _name(curve.model), "value": value, "score": score}
            for curve in drawn
            for value, score in zip(curve.values, curve.scores, strict=True)
        ]
        line = {
            "mark": {"type": "line", "strokeWidth": 1.8, "point": {"size": 18}},
            "encoding": {
                "x": _quantity("value", None, scale={"zero": False}),
                "y": _quantity("score", None, axis={"format": "~%"}),
                **_series(models),
            },
        }
        chosen = sorted({curve.chosen for curve in drawn if curve.chosen is not None})
        rules = [_rule(value) for value in chosen]
        spec = {"data": {"values": values}, "layer": [line, *rules]}
        says = f"{title}, one line for each of {len(drawn)} models."
        plots.append(Figure("sensitivity", title, says, spec))
    return plots


def _rule(at: float) -> Spec:
    """An upright dashed line; data of its own, or it would be drawn once for each point."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 4]},
        "encoding": {"x": {"datum": at, "type": "quantitative"}},
    }


def _quantity(field: str, title: str | None, **more: Any) -> Spec:
    return {"field": field, "type": "quantitative", "title": title, **more}
