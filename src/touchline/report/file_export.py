"""Tables and figures as files for a paper."""

import csv
import io
import re
from pathlib import Path

from touchline.errors import UserError
from touchline.files import whole_file
from touchline.report.data import ReportData
from touchline.report.figures import Figure, figures
from touchline.report.ranking import best_first
from touchline.report.table_export import leaderboard_csv, leaderboard_latex, leaderboard_markdown
from touchline.report.text import visible

_NAME = 80


def export_files(data: ReportData, folder: Path) -> list[Path]:
    """Write the leaderboard as CSV, Markdown and LaTeX and each plot as SVG, PNG and CSV.

    Args:
        data: the report.
        folder: where to; made where it is missing. Files of the same name are replaced.

    Returns:
        The files, in the order in which they were written.

    Raises:
        UserError: the folder cannot be written.

    Example:
        ``export(data, Path("paper"))`` writes ``paper/leaderboard.tex`` and others.
    """
    files: dict[str, bytes] = {
        "leaderboard.csv": leaderboard_csv(data.rows).encode(),
        "leaderboard.md": leaderboard_markdown(data.rows).encode(),
        "leaderboard.tex": leaderboard_latex(data.rows).encode(),
    }
    for number, figure in enumerate(figures(best_first(data.sections, data.rows)), start=1):
        files |= _figure_files(figure, number)
    paths = []
    try:
        for name, content in files.items():
            path = folder / name
            with whole_file(path) as file:
                file.write(content)
            paths.append(path)
    except OSError as error:
        raise UserError(
            f"The tables cannot be written to {folder}: {error.strerror}; give another folder."
        ) from error
    return paths


def _figure_files(figure: Figure, number: int) -> dict[str, bytes]:
    from touchline.report.drawing import paper_png, paper_svg

    plain = re.sub(r"[^a-z0-9]+", "-", visible(figure.title, _NAME).casefold()).strip("-")
    stem = f"{number:02d}-{figure.group}-{plain}"[:_NAME]
    return {
        f"{stem}.svg": paper_svg(figure).encode(),
        f"{stem}.png": paper_png(figure),
        f"{stem}.csv": _numbers(figure).encode(),
    }


def _numbers(figure: Figure) -> str:
    values = [
        {key: visible(value) if isinstance(value, str) else value for key, value in point.items()}
        for point in figure.spec["data"]["values"]
    ]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(values[0]) if values else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(values)
    return file.getvalue()
