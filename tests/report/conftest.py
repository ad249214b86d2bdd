"""A real browser for the tests of the page. Where there is none they skip, and say so."""

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("TOUCHLINE_CHROMIUM") or shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Opened:
    """A page in the browser, and everything that it should not have done."""

    page: Any
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._watch)

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _watch(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.complaints.append(f"request: {request.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        warnings.warn("no chromium: the report was not tried in a browser", stacklevel=1)
        pytest.skip("no chromium on this machine (set TOUCHLINE_CHROMIUM to its path)")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


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
