"""A review in a real browser: one decision, and its end."""

from pathlib import Path
from typing import Any

import pytest

from touchline.view import open_run


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_a_review_is_decided_and_finished(
    run_folder: Path, open_viewer: Any, width: int, height: int
) -> None:
    opened = open_viewer(open_run(run_folder, "anna"), width)
    page = opened.page
    page.set_viewport_size({"width": width, "height": height})
    page.locator("#step-kind").select_option("review")
    opened.until("document.getElementById('step-status').textContent.startsWith('1 of ')")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in ("accept", "move", "reject", "finish"):
        box = page.locator(f"#review-{button}").bounding_box()
        # What is pressed for every item is in view; the end of a phone's review may be below.
        assert box["y"] + box["height"] <= height or (button == "finish" and width < 500), button
        assert box["x"] + box["width"] <= width, button

    page.locator("#review-accept").click()
    opened.until("document.getElementById('step-status').textContent.includes(', 1 decided')")

    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("#review-finish").click()
    opened.until("!document.getElementById('review-finish').hidden")
    assert "are not decided" in asked[0]
    assert page.locator("#review-reject").is_enabled()

    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#review-finish").click()
    opened.until("document.getElementById('review-note').textContent.startsWith('Finished.')")
    assert page.locator("#review-finish").is_hidden()
    assert not page.locator("#review-accept").is_enabled()
