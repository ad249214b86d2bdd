"""The report in a real browser: what a person does with it, and what hostile text must not do."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.report.samples import hostile_report, large_report, sample_report
from tests.support.browser import serious_problems
from touchline.report import render

OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
INK = "document.getElementById('lanes').toDataURL()"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render(sample_report(), tmp_path_factory.mktemp("sample") / "index.html")


def settle(page: Any) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))")


def column(page: Any, index: int) -> list[str]:
    cells = page.locator(f"#leaderboard tbody tr > :nth-child({index})")
    return [text.split("\n")[0].strip() for text in cells.all_inner_texts()]


def test_leaderboard_sorts_by_click_and_by_key(open_page: Any, sample: Path) -> None:
    page = open_page(sample).page
    assert column(page, 3) == ["62.31", "53.40", "8.56", "4.10", "1.60"]
    page.get_by_role("button", name="False / min").click()
    assert column(page, 8) == ["1.42", "2.10", "2.10", "19.8", "–"]
    heading = page.get_by_role("columnheader", name="Model").first
    heading.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert column(page, 2)[0] == "baseline/prior null baseline"
    assert heading.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    assert column(page, 2)[0] == "qwen-2.5-vl-7b"


def test_class_filter_changes_what_is_drawn_and_listed(open_page: Any, sample: Path) -> None:
    page = open_page(sample).page
    settle(page)
    before = page.evaluate(INK)
    page.get_by_text("List the events in view").click()
    assert "\tFoul\t" in page.locator("#list-body").inner_text()
    page.locator(".chip", has_text="Foul").click()
    settle(page)
    assert page.evaluate(INK) != before
    assert "\tFoul\t" not in page.locator("#list-body").inner_text()
    page.locator("#no-classes").click()
    settle(page)
    assert "0 events" in page.locator("#list-body").inner_text()


def test_confidence_filter(open_page: Any, sample: Path) -> None:
    page = open_page(sample).page
    page.get_by_text("List the events in view").click()
    page.locator("#sure").fill("850")
    settle(page)
    assert page.locator("#sure-value").inner_text() == "0.85"
    listed = page.locator("#list-body").inner_text()
    assert "\t0.90" in listed
    assert "\t0.80" not in listed


@pytest.mark.parametrize("way", ["button", "key", "wheel"])
def test_zoom(open_page: Any, sample: Path, way: str) -> None:
    page = open_page(sample).page
    page.get_by_text("List the events in view").click()
    settle(page)
    caption = page.locator("#list-body caption")
    whole = caption.inner_text()
    canvas = page.locator("#lanes")
    for _ in range(6):
        if way == "button":
            page.locator("#zoom-in").click()
        elif way == "key":
            canvas.press("+")
        else:
            canvas.click(position={"x": 600, "y": 60})
            page.mouse.wheel(0, -100)
        settle(page)
    assert caption.inner_text() != whole
    page.locator("#zoom-all").click()
    settle(page)
    assert caption.inner_text() == whole


def test_keys_walk_through_the_events(open_page: Any, sample: Path) -> None:
    page = open_page(sample).page
    canvas, status = page.locator("#lanes"), page.locator("#timeline-status")
    canvas.press("ArrowRight")
    first = status.inner_text()
    assert first.startswith("Truth: ")
    canvas.press("ArrowRight")
    assert status.inner_text() != first
    canvas.press("ArrowLeft")
    assert status.inner_text() == first
    canvas.press("ArrowDown")
    assert status.inner_text().startswith("demo: ")
    assert "confidence" in status.inner_text()


def test_pointing_shows_the_event(open_page: Any, sample: Path) -> None:
    page = open_page(sample).page
    page.get_by_role("button", name="None").click()
    page.locator(".chip", has_text="Foul").click()
    settle(page)
    # With one class left the third lane, a foul every 3 s, has a mark wherever one points.
    spot = page.evaluate(
        """() => {
          const canvas = document.getElementById("lanes").getBoundingClientRect();
          return { x: canvas.width / 2, y: canvas.height - 90 };
        }"""
    )
    page.locator("#lanes").hover(position=spot)
    tip = page.locator("#tip")
    assert tip.is_visible()
    assert "Foul at" in tip.inner_text()


def test_other_half(open_page: Any, sample: Path) -> None:
    page = open_page(sample).page
    canvas, status = page.locator("#lanes"), page.locator("#timeline-status")
    canvas.press("ArrowRight")
    first = status.inner_text()
    page.locator("#half").select_option("1")
    assert status.inner_text() == ""
    canvas.press("ArrowRight")
    assert status.inner_text() != first


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_hangs_over_the_edge(open_page: Any, sample: Path, width: int, scheme: str) -> None:
    page = open_page(sample, width, color_scheme=scheme).page
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_theme_button_repaints(open_page: Any, sample: Path) -> None:
    page = open_page(sample, color_scheme="light").page
    settle(page)
    before = page.evaluate(INK)
    page.locator("#theme").click()
    settle(page)
    assert page.evaluate(INK) != before
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


def test_prints(open_page: Any, sample: Path) -> None:
    page = open_page(sample, color_scheme="dark").page
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    colours = "[getComputedStyle(document.body).color, getComputedStyle(document.body).colorScheme]"
    assert page.evaluate(colours) == ["rgb(26, 29, 33)", "light"]


@pytest.mark.parametrize("width", [1366, 390])
def test_hostile_texts_are_harmless(open_page: Any, tmp_path: Path, width: int) -> None:
    opened = open_page(render(hostile_report(), tmp_path / "index.html"), width)
    page = opened.page
    page.locator("#lanes").press("ArrowRight")
    page.locator("#lanes").press("ArrowDown")
    page.get_by_text("List the events in view").click()
    page.evaluate(OPEN_ALL)
    settle(page)
    assert page.evaluate("window.hurt") is None
    assert page.locator("main script, main img, h1 svg").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    text = page.locator("body").inner_text()
    assert "\u202e" not in text
    assert "⟨U+202E⟩" in text
    assert "cut: 20,000 of 5,000,000 characters shown" in text


def test_policy_stops_what_would_slip_through(open_page: Any, sample: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.html"
    text = sample.read_text(encoding="utf-8")
    spoilt.write_text(text.replace("</h1>", "</h1><script>window.hurt=1</script>"), "utf-8")
    opened = open_page(spoilt)
    assert opened.page.evaluate("window.hurt") is None
    assert any("Content Security Policy" in text for text in opened.complaints)
    opened.complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_accessibility_problem(open_page: Any, sample: Path, scheme: str) -> None:
    page = open_page(sample, color_scheme=scheme).page
    page.evaluate(OPEN_ALL)
    settle(page)
    assert serious_problems(page) == []


@pytest.mark.slow
def test_twenty_models_ten_games(open_page: Any, tmp_path: Path) -> None:
    """However large the report, its lanes are drawn anew at every key, once an animation frame."""
    path = render(large_report(), tmp_path / "index.html")
    assert path.stat().st_size < 15_000_000
    page = open_page(path).page
    settle(page)
    page.locator("#lanes").focus()
    drawn = page.evaluate(
        """async () => {
          const canvas = document.getElementById("lanes");
          const drawn = [canvas.toDataURL()];
          for (let index = 0; index < 4; index += 1) {
            canvas.dispatchEvent(new KeyboardEvent("keydown", { key: index % 2 ? "-" : "+" }));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            drawn.push(canvas.toDataURL());
          }
          return drawn;
        }"""
    )
    assert all(before != after for before, after in pairwise(drawn))
