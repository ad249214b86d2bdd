"""The report: one HTML file that needs nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from touchline import __version__
from touchline.files import whole_file
from touchline.report import formatting
from touchline.report.data import ReportData
from touchline.report.embed import asset, content_policy, script_json
from touchline.report.figures.drawing import INSTALL, can_draw, page_svg
from touchline.report.figures.figure import Figure
from touchline.report.sections.registry import REPORT_SECTIONS
from touchline.report.sections.section import ReportSection
from touchline.report.summary import summary
from touchline.report.timeline_payload import classes_of, half_payload

SCRIPTS = ("theme.js", "sort.js", "marks.js", "draw.js", "listing.js", "timeline.js")
STYLES = ("style.css",)
_NAME = 120


@dataclass(frozen=True, slots=True)
class _Plot:
    """A plot, drawn."""

    title: str
    alt_text: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class _Section:
    """A section, rendered.

    Attributes:
        anchor: its place in the page.
        title: its heading.
        body: what is below the heading.
        undrawn: plots that could not be drawn, because vl-convert is not installed.
    """

    anchor: str
    title: str
    body: Markup
    undrawn: int


def render(data: ReportData, out: Path) -> Path:
    """Writes the report.

    Args:
        data: everything that it shows.
        out: the HTML file; its folder is created where it is missing, an older file is replaced
            in one step.

    Returns:
        The file's path.

    Raises:
        UserError: the file cannot be written.

    Example:
        ``render(data, Path("runs/demo/report/index.html"))``
    """
    with whole_file(out) as file:
        file.writelines(part.encode() for part in page_parts(data))
    return out


def page_parts(data: ReportData) -> Iterator[str]:
    """The HTML of the report, in parts.

    Args:
        data: everything that it shows.
    """
    scripts = [asset(name) for name in SCRIPTS]
    styles = [asset(name) for name in STYLES]
    classes = classes_of(data.timelines, data.task)
    templates = environment()
    rendered = [_section(section, data, templates) for section in REPORT_SECTIONS.all()]
    sections = [section for section in rendered if section is not None]
    return templates.get_template("page.html.j2").generate(
        data=data,
        version=__version__,
        policy=content_policy(scripts, styles),
        scripts=scripts,
        styles=styles,
        summary=summary(data),
        sections=sections,
        undrawn=_undrawn_sentence(sections),
        halves=(half_payload(timeline, classes, data.rows) for timeline in data.timelines),
    )


def _section(section: ReportSection, data: ReportData, templates: Environment) -> _Section | None:
    values = section.values(data)
    if values is None:
        return None
    figures = section.figures(data) if section.figures else []
    plots = _plots(figures)
    body = templates.from_string(section.template).render({"data": data, "plots": plots, **values})
    return _Section(
        section.anchor,
        section.title,
        Markup(body),  # noqa: S704  (rendered by a template that escapes)
        len(figures) - len(plots),
    )


def _plots(figures: list[Figure]) -> list[_Plot]:
    if not can_draw():
        return []
    return [_Plot(figure.title, figure.alt_text, page_svg(figure)) for figure in figures]


def _undrawn_sentence(sections: list[_Section]) -> str:
    """Which plots are missing and how to get them; nothing where all are drawn."""
    titles = [section.title for section in sections if section.undrawn]
    if not titles:
        return ""
    return (
        f"The plots of the sections {', '.join(titles)} are missing, because vl-convert-python is "
        f"not installed: run {INSTALL} and make the report again with touchline report."
    )


def environment() -> Environment:
    """Templates that escape everything, with filters for showing texts and figures."""
    environment = Environment(
        loader=PackageLoader("touchline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {
        "visible": formatting.visible,
        "name": lambda value: formatting.visible(value, _NAME),
        "breakable": _breakable,
        "percent": formatting.percent,
        "share": formatting.share,
        "within": formatting.within,
        "script_json": script_json,
    }
    environment.filters.update(filters)
    environment.globals["nothing"] = formatting.NOTHING
    return environment


def _breakable(name: str) -> Markup:
    """A name that may be broken after a slash, for narrow headings."""
    return Markup("/<wbr>").join(formatting.visible(name, _NAME).split("/"))
