"""Opening the viewer in a browser without its token in a command line.

Every user of a machine sees the command lines of all processes, so the browser is given a file that
only its owner can read, and the file leads to the address.
"""

import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

_PAGE = """<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}">
<title>Touchline viewer</title>
<a href="{address}">Open the viewer</a>
"""


@contextmanager
def opened_in_browser(address: str) -> Iterator[None]:
    """Opens an address in the user's browser; the file that leads there is deleted at the end.

    Args:
        address: with its token.
    """
    # A temporary folder is its owner's alone (0700).
    with tempfile.TemporaryDirectory(prefix="touchline-viewer-") as folder:
        file = Path(folder, "viewer.html")
        file.write_text(_PAGE.format(address=escape(address)), encoding="utf-8")
        webbrowser.open(file.as_uri())
        yield
