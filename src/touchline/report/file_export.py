"""Tables and figures as files for a paper."""

import logging
import re
from pathlib import Path

from touchline.files import whole_file
from touchline.report.data import ReportData
from touchline.report.figures.drawing import INSTALL, can_draw, paper_png, paper_svg
from touchline.report.figures.figure import Figure
from touchline.report.formatting import visible
from touchline.report.leaderboard.exports import (
    leaderboard_csv,
    leaderboard_latex,
    leaderboard_markdown,
)
from touchline.report.sections.registry import REPORT_SECTIONS
from touchline.text import csv_text

_NAME = 80


def export_files(data: ReportData, folder: Path) -> list[Path]:
    """Writes the leaderboard as CSV, Markdown and LaTeX, and each plot as SVG, PNG and CSV.

    Without vl-convert, the SVG and PNG files are left out and a warning is logged.

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
    files: dict[str, bytes] = {
        "leaderboard.csv": leaderboard_csv(data.rows).encode(),
        "leaderboard.md": leaderboard_markdown(data.rows).encode(),
        "leaderboard.tex": leaderboard_latex(data.rows).encode(),
    }
    figures = all_figures(data)
    if figures and not can_draw():
        logging.getLogger(__name__).warning(
            "%d plots are written as CSV only, because vl-convert-python is not installed: run %s "
            "and try again.",
            len(figures),
            INSTALL,
        )
    for number, figure in enumerate(figures, start=1):
        files |= _figure_files(figure, number)
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


def _figure_files(figure: Figure, number: int) -> dict[str, bytes]:
    plain = re.sub(r"[^a-z0-9]+", "-", visible(figure.title, _NAME).casefold()).strip("-")
    stem = f"{number:02d}-{figure.group}-{plain}"[:_NAME]
    drawn = (
        {f"{stem}.svg": paper_svg(figure).encode(), f"{stem}.png": paper_png(figure)}
        if can_draw()
        else {}
    )
    return drawn | {f"{stem}.csv": _numbers(figure).encode()}


def _numbers(figure: Figure) -> str:
    values = [
        {key: visible(value) if isinstance(value, str) else value for key, value in point.items()}
        for point in figure.spec["data"]["values"]
    ]
    names = list(values[0]) if values else []
    return csv_text([names, *([point.get(name) for name in names] for point in values)])
