"""What a plot is, and the parts that specifications share.

Plots are Vega-Lite specifications, drawn when the report is written and not in the reader's
browser: a plot costs the page a few kilobytes of SVG instead of 4.5 MB of plotly.js and needs no
script, so the page's policy can forbid all but its own; and the same specification makes the PDF
for a paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from touchline.report.formatting import visible

Spec = dict[str, Any]

QUIET = "#5c6269"
LINE = "#dfe0dc"
COLOURS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#808080", "#8c6d31",
)  # fmt: skip
"""Okabe and Ito's, without the two that vanish on white or black. The style sheet knows them."""
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4), (10, 3), (3, 5), (6, 2, 2, 2))
MAX_LINES = len(COLOURS)
"""Models in one plot: more lines than this cannot be distinguished."""

PERCENT_AXIS = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
UNIT_SCALE = {"domain": [0, 1]}


@dataclass(frozen=True, slots=True)
class Figure:
    """One plot.

    Attributes:
        group: the name of its section.
        title: what distinguishes it within its section: a class, a model, a setting.
        alt_text: one sentence for readers who cannot see it.
        spec: the Vega-Lite specification, its numbers inside.
    """

    group: str
    title: str
    alt_text: str
    spec: Spec


def shown_name(text: str) -> str:
    """A model's or class's name as plots write it."""
    return visible(text, 120)


def quantity(field: str, title: str | None, **more: Any) -> Spec:
    """The encoding of a number."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def vertical_rule(at: float) -> Spec:
    """A vertical dashed line; with data of its own, or it would be drawn once for each point."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 4]},
        "encoding": {"x": {"datum": at, "type": "quantitative"}},
    }


def model_series(models: Sequence[str]) -> Spec:
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
