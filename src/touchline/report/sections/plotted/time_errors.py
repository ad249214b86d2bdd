"""The section of time errors: how far right spots are from the truth."""

import math
from itertools import pairwise

from touchline.report.data import ReportData
from touchline.report.figures.figure import COLOURS, Figure, quantity, shown_name, vertical_rule
from touchline.report.sections.section import ReportSection, SectionInput, own_template
from touchline.scores import Timing


def _measure(found: SectionInput) -> Timing | None:
    return found.sheet.extended.timing if found.sheet and found.sheet.extended else None


def _figures(data: ReportData) -> list[Figure]:
    models = data.measured("time_errors")
    return [_figure(model, found) for model, found in models.items() if any(found.counts)]


def _figure(model: str, found: Timing) -> Figure:
    values = [
        {"from": low / 1000, "to": high / 1000, "spots": count}
        for (low, high), count in zip(pairwise(found.edges_ms), found.counts, strict=True)
    ]
    most = max(found.counts)
    ticks = list(range(0, most + 1, max(1, math.ceil(most / 4))))
    spec = {
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "bar", "color": COLOURS[0]},
                "encoding": {
                    "x": quantity("from", "Spot minus truth (s)", bin={"binned": True}),
                    "x2": {"field": "to"},
                    "y": quantity("spots", "Spots", axis={"values": ticks, "format": "d"}),
                },
            },
            vertical_rule(0),
        ],
    }
    name = shown_name(model)
    alt_text = f"Histogram of the time errors of {sum(found.counts):,} right spots of {name}."
    return Figure("time_errors", name, alt_text, spec)


SECTION = ReportSection(
    name="time_errors",
    title="Time errors",
    template=own_template("time_errors"),
    measure=_measure,
    figures=_figures,
)
