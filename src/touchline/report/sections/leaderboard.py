"""The section of the leaderboard."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from touchline.report.data import ReportData
from touchline.report.embed import data_address
from touchline.report.leaderboard.columns import captions, coverage_floor, shown_columns
from touchline.report.leaderboard.exports import (
    leaderboard_csv,
    leaderboard_latex,
    leaderboard_markdown,
)
from touchline.report.leaderboard.ranking import KIND_MARKS, ranked, uncertainty_sentences
from touchline.report.row import Row
from touchline.report.sections.section import ReportSection, own_template


@dataclass(frozen=True, slots=True)
class Download:
    """A link that saves a table as a file; the file is inside the link."""

    title: str
    name: str
    address: str


def _context(data: ReportData) -> dict[str, Any] | None:
    if len(data.rows) == 1 and data.rows[0].loose is None and data.timelines:
        return None  # the events of one model without labels: nothing is compared
    return {
        "columns": shown_columns(data.rows),
        "captions": captions(data.rows),
        "ranking": ranked(data.rows),
        "uncertainty": uncertainty_sentences(data.rows),
        "marks": KIND_MARKS,
        "full_bars": _full_bars(data.rows),
        "floor": coverage_floor(data.rows),
        "downloads": _downloads(data.rows),
    }


def _full_bars(rows: Sequence[Row]) -> dict[str, float]:
    """The highest figure or interval of each score with a bar: the full length of the bar."""
    highest = {}
    for name in ("loose", "tight"):
        ends = [row.intervals.get(name, (0.0, 0.0))[1] for row in rows]
        figures = [row.figure(name) or 0.0 for row in rows]
        highest[name] = max([*figures, *ends], default=0.0) or 1.0
    return highest


def _downloads(rows: Sequence[Row]) -> list[Download]:
    files = (
        ("CSV", "leaderboard.csv", leaderboard_csv(rows), "text/csv"),
        ("Markdown", "leaderboard.md", leaderboard_markdown(rows), "text/markdown"),
        ("LaTeX", "leaderboard.tex", leaderboard_latex(rows), "text/x-tex"),
    )
    return [Download(title, name, data_address(text, kind)) for title, name, text, kind in files]


SECTION = ReportSection(
    name="leaderboard",
    title="Leaderboard",
    template=own_template("leaderboard"),
    context=_context,
)
