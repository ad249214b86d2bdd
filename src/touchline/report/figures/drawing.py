"""Figures to SVG for the page, and to SVG and PNG for a paper."""

import re
from importlib.util import find_spec
from typing import Any

from markupsafe import Markup

from touchline.report.figures.figure import LINE, QUIET, Figure

INSTALL = "pip install 'touchline[figures]'"

_SCALE = 3
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

    svg = vl_convert.vegalite_to_svg(_whole(figure.spec))
    return Markup(_ROLES.sub("", svg))  # noqa: S704  (see above)


def paper_svg(figure: Figure) -> str:
    """A plot with its legend, as an SVG file's text."""
    import vl_convert

    return vl_convert.vegalite_to_svg(_whole(_with_legend(figure)))


def paper_png(figure: Figure) -> bytes:
    """A plot with its legend on white, as a PNG file at three times its size."""
    import vl_convert

    spec = _whole(_with_legend(figure))
    spec["background"] = "white"
    return vl_convert.vegalite_to_png(spec, scale=_SCALE)


def _whole(spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": 250,
        "height": 180,
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
