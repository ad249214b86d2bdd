"""Takes the README's pictures of a report and of the viewer in a real browser.

Example, after `make demo`:
    .venv/bin/python tools/screenshots.py runs/demo
makes docs/images/report.png and docs/images/viewer.png. With a report's HTML file in place of a
run's folder it takes that page only.
"""

import argparse
import os
import secrets
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from touchline.view import Guard, make_app, open_run

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PICTURES = Path(__file__).parents[1] / "docs" / "images"
PATIENCE_S = 60
VIEWER_HEIGHT = 1500


def main() -> None:
    """Reads the arguments and takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subject", type=Path, help="a run's folder, or a report's HTML file")
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder of the PNG files")
    parser.add_argument("--width", type=int, default=1366)
    parser.add_argument("--height", type=int, default=1500)
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    parser.add_argument("--section", help="one section of the report only, such as 'timeline'")
    parser.add_argument("--whole", action="store_true", help="the whole page, however long")
    wanted = parser.parse_args()
    chromium = os.environ.get("TOUCHLINE_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium on this machine: install it, or set TOUCHLINE_CHROMIUM to its path")
    wanted.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        if wanted.subject.is_dir():
            take_report(wanted, browser, wanted.subject / "report" / "index.html")
            take_viewer(wanted, browser, wanted.subject)
        else:
            take_report(wanted, browser, wanted.subject)
        browser.close()


def take_report(wanted: argparse.Namespace, browser: Browser, report: Path) -> None:
    """Opens a report as asked for and saves the picture."""
    page = new_page(wanted, browser, wanted.height)
    page.goto(report.resolve().as_uri())
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    picture = wanted.out / "report.png"
    if wanted.section:
        page.locator(f"#{wanted.section}").screenshot(path=picture)
    else:
        page.screenshot(path=picture, full_page=wanted.whole)
    print(picture)


def take_viewer(wanted: argparse.Namespace, browser: Browser, run: Path) -> None:
    """Opens the viewer at the second hit of the best model and saves the picture."""
    with served(run) as address:
        page = new_page(wanted, browser, VIEWER_HEIGHT)
        page.goto(address)
        page.wait_for_selector("#video", state="attached")  # after the token was left behind
        until(page, "video.readyState >= 1")
        page.locator("#step-kind").select_option("right")
        for _ in range(2):
            page.locator("#next").click()
        until(page, "!video.seeking && video.readyState >= 2")
        image = "document.querySelector('#panel-a .strip img')"
        page.locator("#panel-a .strip img").first.wait_for()
        page.locator("#panel-a .strip").first.scroll_into_view_if_needed()
        until(page, f"{image}.complete && {image}.naturalWidth")
        page.evaluate("scrollTo(0, 0)")
        picture = wanted.out / "viewer.png"
        page.screenshot(path=picture, full_page=wanted.whole)
        print(picture)


def new_page(wanted: argparse.Namespace, browser: Browser, height: int) -> Page:
    """A page of the size and colours asked for."""
    return browser.new_page(
        viewport={"width": wanted.width, "height": height}, color_scheme=wanted.scheme
    )


def until(page: Page, script: str) -> None:
    """Waits for a script to be true; the viewer's policy forbids Playwright's own way of it."""
    end = time.monotonic() + PATIENCE_S
    while not page.evaluate(script):
        if time.monotonic() > end:
            sys.exit(f"never true: {script}")
        time.sleep(0.1)


@contextmanager
def served(run: Path) -> Iterator[str]:
    """The address of a viewer that runs as long as the block."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    token = secrets.token_urlsafe()
    app = Guard(make_app(open_run(run)), token, any_host=False)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/#{token}"
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main()
