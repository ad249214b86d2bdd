"""Opening reports in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import Opened

Open = Callable[..., Opened]


@pytest.fixture
def open_page(browser: Any) -> Iterator[Open]:
    """Opens an HTML file; at the end nothing may have been complained about."""
    opened: list[Opened] = []

    def open_file(path: Path, width: int = 1366, **settings: Any) -> Opened:
        page = browser.new_page(viewport={"width": width, "height": 800}, **settings)
        one = Opened(page)
        one.listen()
        page.goto(path.as_uri())
        opened.append(one)
        return one

    yield open_file
    complaints = [text for one in opened for text in one.complaints]
    for one in opened:
        one.page.close()
    assert complaints == []
