"""The plot of a sweep: every cell is a point, and cells at one place share a label."""

from dataclasses import replace

from tests.report.samples import sample_report, sample_rows
from touchline.report.data import SweptCell
from touchline.report.sections.sweep import SECTION


def test_cells_of_equal_score_and_cost_have_one_label() -> None:
    first = sample_rows()[0]
    figures = [(0.5, 10), (0.5, 10), (0.5, 10), (0.4, 10), (0.5, 20), (0.3, 10), (0.3, 10)]
    rows = tuple(
        replace(first, model=f"m{place}", loose=loose) for place, (loose, _) in enumerate(figures)
    )
    cells = tuple(
        SweptCell(f"m{place}", "m", {"fps": str(place)}, windows)
        for place, (_, windows) in enumerate(figures)
    )
    data = replace(sample_report(), rows=rows, sweep=cells)
    assert SECTION.figures is not None
    (figure,) = SECTION.figures(data)
    values = figure.spec["data"]["values"]
    assert len(values) == len(cells)
    labels = {(one["score"], one["cost"]): one["number"] for one in values if one["number"]}
    assert labels == {(0.5, 10): "1–3", (0.5, 20): "4", (0.4, 10): "5", (0.3, 10): "6, 7"}
