"""Takes the README's picture of a report in a real browser.

Example, after `make demo`:
    .venv/bin/python tools/screenshots.py runs/demo/report/index.html
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "report.png"


def main() -> None:
    """Reads the arguments and takes the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="the report's HTML file")
    parser.add_argument("--out", type=Path, default=PICTURE, help="the PNG file")
    parser.add_argument("--width", type=int, default=1366)
    parser.add_argument("--height", type=int, default=1500)
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    parser.add_argument("--section", help="one section only, such as 'timeline'")
    parser.add_argument("--whole", action="store_true", help="the whole page, however long")
    wanted = parser.parse_args()
    chromium = os.environ.get("TOUCHLINE_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium on this machine: install it, or set TOUCHLINE_CHROMIUM to its path")
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    take(wanted, chromium)
    print(wanted.out)


def take(wanted: argparse.Namespace, chromium: str) -> None:
    """Opens the report as asked for and saves the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(
            viewport={"width": wanted.width, "height": wanted.height}, color_scheme=wanted.scheme
        )
        page.goto(wanted.report.resolve().as_uri())
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        if wanted.section:
            page.locator(f"#{wanted.section}").screenshot(path=wanted.out)
        else:
            page.screenshot(path=wanted.out, full_page=wanted.whole)
        browser.close()


if __name__ == "__main__":
    main()
