"""The report: one HTML file that needs nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from touchline import __version__
from touchline.errors import UserError
from touchline.files import whole_file
from touchline.report import text
from touchline.report.columns import common_tolerance, coverage_floor, shown
from touchline.report.data import ReportData, Settings
from touchline.report.embed import asset, content_policy, script_json
from touchline.report.ranking import ranked
from touchline.report.section_views import section_context
from touchline.report.summary import summary
from touchline.report.tables import MARKS
from touchline.report.timeline_payload import classes_of, half_payload
from touchline.report.views import heat, outcomes, saves

SCRIPTS = ("theme.js", "sort.js", "marks.js", "draw.js", "listing.js", "timeline.js")
STYLES = ("style.css",)
_NAME = 120


def render(data: ReportData, out: Path) -> Path:
    """Write the report.

    Args:
        data: everything that it shows.
        out: the HTML file; its folder is made where it is missing, an older file is replaced
            in one step.

    Returns:
        The file's path.

    Raises:
        UserError: the file cannot be written.

    Example:
        ``render(data, Path("runs/demo/report/index.html"))``
    """
    try:
        with whole_file(out) as file:
            file.writelines(part.encode() for part in _page(data))
    except OSError as error:
        raise UserError(
            f"The report cannot be written to {out}: {error.strerror}; give another folder."
        ) from error
    return out


def _page(data: ReportData) -> Iterator[str]:
    scripts = [asset(name) for name in SCRIPTS]
    styles = [asset(name) for name in STYLES]
    classes = classes_of(data.timelines)
    return (
        environment()
        .get_template("page.html.j2")
        .generate(
            data=data,
            version=__version__,
            policy=content_policy(scripts, styles),
            scripts=scripts,
            styles=styles,
            summary=summary(data),
            columns=shown(data.rows),
            ranking=ranked(data.rows),
            marks=MARKS,
            best=_best(data),
            tolerance=common_tolerance(data.rows),
            floor=coverage_floor(data.rows),
            saves=saves(data.rows),
            heats=[heat(table, data.rows) for table in data.per_class],
            outcomes=outcomes(data.rows),
            **section_context(data),
            settings=data.settings != Settings(),
            classes=classes,
            judged=any(lane.hits for half in data.timelines for lane in half.lanes),
            halves=(half_payload(timeline, classes, data.rows) for timeline in data.timelines),
        )
    )


def environment() -> Environment:
    """Templates that escape everything, with the filters by which texts and figures are shown."""
    environment = Environment(
        loader=PackageLoader("touchline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {
        "visible": text.visible,
        "name": lambda value: text.visible(value, _NAME),
        "breakable": _breakable,
        "percent": text.percent,
        "share": text.share,
        "within": text.within,
        "script_json": script_json,
    }
    environment.filters.update(filters)
    environment.globals["nothing"] = text.NOTHING
    return environment


def _breakable(name: str) -> Markup:
    """A name that may be broken after a slash, for narrow headings."""
    return Markup("/<wbr>").join(text.visible(name, _NAME).split("/"))


def _best(data: ReportData) -> dict[str, float]:
    """The highest figure or interval of each score: the full length of its bar."""
    highest = {}
    for key in ("loose", "tight"):
        ends = [getattr(row, f"{key}_interval") or (0.0, 0.0) for row in data.rows]
        figures = [getattr(row, key) or 0.0 for row in data.rows] + [high for _, high in ends]
        highest[key] = max(figures, default=0.0) or 1.0
    return highest
