"""Figures to SVG for the page, and to PDF for a paper."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from markupsafe import Markup

from touchline.errors import ComeBackLater, reason_of
from touchline.report.figures.figure import LINE, QUIET, Figure
from touchline.text import shorten

INSTALL = "pip install 'touchline[figures]'"

_PANIC, _DIED = "PanicException", "Failed to retrieve conversion result"
"""What vl-convert raises where it panics, and where the thread that draws has."""

_MESSAGE = re.compile(r'message: "([^"]{1,200})"')
_SIZE = {"width": 250, "height": 180}
_COLUMNS = 3
_MANY = 12
"""Plots on a page; of more, four are beside each other so that they fit."""
_ROLES = re.compile(r' (?:role|aria-\w+)="[^"]*"')
_CONFIG: dict[str, Any] = {
    "background": None,
    "aria": False,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "tickCount": 5,
    },
}


def can_draw() -> bool:
    """Whether vl-convert is installed, which the extra `figures` installs."""
    return find_spec("vl_convert") is not None


def page_svg(figure: Figure) -> Markup:
    """A plot for the page.

    It contains no text from outside: titles and legends are the page's, where they are escaped,
    and the names inside the specification only choose colours.

    Args:
        figure: the plot.

    Returns:
        An SVG element without a legend and without roles: the page describes the plot.
    """
    import vl_convert

    with _drawing():
        svg = vl_convert.vegalite_to_svg(_whole(figure.spec))
    return Markup(_ROLES.sub("", svg))  # noqa: S704  (see above)


def paper_pdf(figures: Sequence[Figure]) -> bytes:
    """The plots of a section beside each other, with one legend below, as a PDF file of one page.

    Args:
        figures: the plots, at least one.
    """
    import vl_convert

    with _drawing():
        return vl_convert.vegalite_to_pdf(paper_spec(figures))


def paper_spec(figures: Sequence[Figure]) -> dict[str, Any]:
    """The Vega-Lite specification of that page."""
    columns = _COLUMNS if len(figures) <= _MANY else _COLUMNS + 1
    whole = _whole({"columns": min(columns, len(figures))})
    del whole["width"], whole["height"]
    whole["concat"] = [{**_SIZE, **_with_legend(figure)} for figure in figures]
    whole["resolve"] = {"scale": {"color": "shared", "strokeDash": "shared"}}
    whole["config"] = _CONFIG | {
        "background": "white",
        "legend": {"orient": "bottom", "columns": 2},
    }
    return whole


@contextmanager
def _drawing() -> Iterator[None]:
    """Turns a panic of vl-convert, such as without a free file descriptor, into a sentence.

    Raises:
        ComeBackLater: it panicked; figures are ours, so the machine is the reason.
    """
    try:
        yield
    except BaseException as error:  # panics of Rust are no `Exception`
        if type(error).__name__ != _PANIC and _DIED not in str(error):
            raise
        said = _MESSAGE.search(str(error))
        why = said[1] if said else shorten(" ".join(str(error).split()), 200)
        raise ComeBackLater(
            f"plots cannot be drawn ({reason_of(Exception(why))}); nothing that was there is lost: "
            "raise the limit on open files (ulimit -n) or free some memory, and run again."
        ) from error


def _whole(spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        **_SIZE,
        "config": _CONFIG,
        **spec,
    }


def _with_legend(figure: Figure) -> dict[str, Any]:
    def shown(encoding: dict[str, Any]) -> dict[str, Any]:
        legend = {"title": None, "labelLimit": 240, "symbolType": "stroke"}
        return {
            channel: {**how, "legend": legend} if channel in {"color", "strokeDash"} else how
            for channel, how in encoding.items()
        }

    spec = dict(figure.spec)
    if "encoding" in spec:
        spec["encoding"] = shown(spec["encoding"])
    if "layer" in spec:
        spec["layer"] = [{**one, "encoding": shown(one["encoding"])} for one in spec["layer"]]
    return {**spec, "title": figure.title}
