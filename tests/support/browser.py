"""A real browser for the tests of pages. Where there is none they skip, and say so."""

import os
import shutil
import time
import warnings
from collections.abc import Iterator
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
AXE = Path(
    os.environ.get("TOUCHLINE_AXE")
    or Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
)
PATIENCE_S = 90


@dataclass
class Opened:
    """A page in the browser, and everything that it should not have done."""

    page: Any
    allowed: tuple[str, ...] = ("file:", "data:", "blob:")
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._watch)

    def until(self, script: str) -> Any:
        """Waits until a script gives something true; the page's policy forbids Playwright's way."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if value := self.page.evaluate(script):
                return value
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}")

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _watch(self, request: Any) -> None:
        if not request.url.startswith(self.allowed):
            self.complaints.append(f"request: {request.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        warnings.warn("no chromium: pages were not tried in a browser", stacklevel=1)
        pytest.skip("no chromium on this machine (set TOUCHLINE_CHROMIUM to its path)")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


def serious_problems(page: Any) -> list[str]:
    """What axe-core finds serious about a page as it stands."""
    if not AXE.exists():
        pytest.skip("axe-core is absent: run `npm install --no-save axe-core` (or TOUCHLINE_AXE)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
