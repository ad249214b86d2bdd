"""Tables and figures as files for a paper."""

import logging
from itertools import groupby
from pathlib import Path

from touchline.files import whole_file
from touchline.report.data import ReportData
from touchline.report.figures.drawing import INSTALL, can_draw, paper_pdf
from touchline.report.figures.figure import Figure
from touchline.report.formatting import visible
from touchline.report.leaderboard.exports import leaderboard_csv, leaderboard_markdown
from touchline.report.sections.registry import REPORT_SECTIONS
from touchline.report.tables.paper_tables import paper_tables
from touchline.text import csv_text


def export_files(data: ReportData, folder: Path) -> list[Path]:
    """Writes up to three tables in LaTeX, the leaderboard as CSV and Markdown, and each section's
    plots as one PDF with its numbers as CSV.

    Without vl-convert, the PDF files are left out and a warning is logged.

    Args:
        data: the report.
        folder: where to write; created where it is missing. Files of the same name are replaced.

    Returns:
        The files, in the order in which they were written.

    Raises:
        UserError: the folder cannot be written.

    Example:
        ``export_files(data, Path("paper"))`` writes ``paper/leaderboard.tex`` and others.
    """
    files = {name: text.encode() for name, text in paper_tables(data).items()}
    files["leaderboard.csv"] = leaderboard_csv(data.rows).encode()
    files["leaderboard.md"] = leaderboard_markdown(data.rows).encode()
    figures = all_figures(data)
    if figures and not can_draw():
        logging.getLogger(__name__).warning(
            "%d plots are written as CSV only, because vl-convert-python is not installed: run %s "
            "and try again.",
            len(figures),
            INSTALL,
        )
    for group, of_group in groupby(figures, key=lambda figure: figure.group):
        files |= _figure_files(group, list(of_group))
    paths = []
    for name, content in files.items():
        path = folder / name
        with whole_file(path) as file:
            file.write(content)
        paths.append(path)
    return paths


def all_figures(data: ReportData) -> list[Figure]:
    """The plots of all sections that the page shows, section by section."""
    return [
        figure
        for section in REPORT_SECTIONS.all()
        if section.figures is not None and section.values(data) is not None
        for figure in section.figures(data)
    ]


def _figure_files(group: str, figures: list[Figure]) -> dict[str, bytes]:
    """The plots of a section, as one file, and their numbers."""
    stem = group.replace("_", "-")
    drawn = {f"{stem}.pdf": paper_pdf(figures)} if can_draw() else {}
    return drawn | {f"{stem}.csv": _numbers(figures).encode()}


def _numbers(figures: list[Figure]) -> str:
    """The points of all plots, one a row, with the plot that each is in."""
    points = [
        {"plot": figure.title, **point}
        for figure in figures
        for point in figure.spec["data"]["values"]
    ]
    names = list(dict.fromkeys(name for point in points for name in point))
    rows = ([_cell(point.get(name)) for name in names] for point in points)
    return csv_text([names, *rows])


def _cell(value: object) -> object:
    return visible(value) if isinstance(value, str) else value
