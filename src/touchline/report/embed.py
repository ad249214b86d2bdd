"""Scripts, styles and data inside one page, so that none of them can break out of its element."""

import base64
import hashlib
import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

from markupsafe import Markup

_DANGEROUS = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def script_json(value: Any) -> Markup:
    """JSON that is safe inside a script element.

    Args:
        value: anything that JSON can represent.

    Returns:
        Compact JSON; `<`, `>`, `&` and the line separators U+2028 and U+2029 are escapes, so
        no text in it can end the element or begin another.
    """
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    for character, escape in _DANGEROUS.items():
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704  (made safe by the lines above)


def asset(name: str) -> Markup:
    """A style sheet or script of this package, for the page as it is."""
    text = resources.files(__package__).joinpath("assets", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704  (our own file)


def content_policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """A Content-Security-Policy that lets the page run exactly these texts and load nothing.

    Args:
        scripts: texts of the page's script elements.
        styles: texts of the page's style elements.

    Returns:
        The policy, for a meta element before everything that it governs.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(_source(text) for text in scripts),
            "style-src " + " ".join(_source(text) for text in styles),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def data_address(text: str, media_type: str) -> str:
    """A `data:` address with a text, for a link that saves it as a file."""
    payload = base64.b64encode(text.encode("utf-8")).decode("ascii")
    return f"data:{media_type};charset=utf-8;base64,{payload}"
