"""The viewer in a real browser: what a person does with it, and what hostile text must not do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import serious_problems

STANDS = "!video.seeking && video.readyState >= 2"
LANES = "touchline.timeline.state.half.lanes"
CHOSEN = f"""(() => {{
  const chosen = touchline.timeline.state.chosen;
  const lane = {LANES}[chosen.lane];
  return {{ ...chosen, at: lane.at[chosen.index], hit: lane.hit?.[chosen.index] }};
}})()"""


def stands_at(opened: Any, at_ms: int) -> None:
    opened.until(STANDS)
    assert opened.page.evaluate("video.currentTime") == pytest.approx(at_ms / 1000, abs=0.5)


def test_a_click_on_a_spot_puts_the_video_there(whole_run: Path, open_viewer: Any) -> None:
    opened = open_viewer(whole_run)
    page = opened.page
    page.locator("#lanes").scroll_into_view_if_needed()
    # The third event of the truth, in the canvas's own pixels.
    place = page.evaluate(
        f"""(() => {{
          const state = touchline.timeline.state;
          const layout = touchline.layout(state, document.getElementById("lanes").clientWidth);
          const lane = {LANES}[0];
          const box = layout.lanes[0];
          return {{ x: touchline.x(state, layout, lane.at[2]), at: lane.at[2],
                    y: box.top + (layout.rowOf[lane.of[2]] + 0.5) * box.row }};
        }})()"""
    )
    page.locator("#lanes").click(position={"x": place["x"], "y": place["y"]})
    assert page.evaluate(CHOSEN)["at"] == place["at"]
    stands_at(opened, place["at"])
    assert place["at"] > 2000
    # The picture is really there: the decoder gave a frame of the right size.
    assert page.evaluate("[video.videoWidth > 100, video.duration > 100]") == [True, True]


def test_steps_go_through_false_alarms_misses_and_hits(whole_run: Path, open_viewer: Any) -> None:
    opened = open_viewer(whole_run)
    page = opened.page
    places = []
    for way in ("button", "key", "button"):
        if way == "button":
            page.locator("#next").click()
        else:
            page.locator("h1").click()
            page.keyboard.press("n")
        chosen = page.evaluate(CHOSEN)
        assert chosen["hit"] == 0
        places.append(chosen["index"])
        stands_at(opened, chosen["at"])
    assert len(set(places)) == 3
    assert places == sorted(places)
    page.locator("h1").click()
    page.keyboard.press("p")
    assert page.evaluate(CHOSEN)["index"] == places[1]
    page.locator("#step-kind").select_option("missed")
    page.locator("#next").click()
    chosen = page.evaluate(CHOSEN)
    assert chosen["lane"] == 0
    assert "of" in page.locator("#step-status").inner_text()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_the_claim_stands_beside_the_video(
    whole_run: Path, open_viewer: Any, width: int, height: int
) -> None:
    opened = open_viewer(whole_run, width)
    page = opened.page
    page.set_viewport_size({"width": width, "height": height})
    page.keyboard.press("n")
    page.locator("#claim .said-raw").wait_for()
    said = page.locator("#claim").inner_text()
    lane = page.evaluate(CHOSEN)
    sure = page.evaluate(f"{LANES}[{lane['lane']}].sure[{lane['index']}] / 1000")
    assert "false alarm" in said
    assert f"confidence {sure:.2f}" in said
    assert "Nearest truth of this class" in said or "in the truth of this half" in said
    assert re.search(r"Window \d\d:\d\d\.\d to \d\d:\d\d\.\d \(events\) reports it", said)
    assert page.locator("#claim .strip img").count() >= 4
    # Nothing of it has to be scrolled for, in the page or in itself.
    box = page.locator("#claim").bounding_box()
    assert page.evaluate("scrollY") == 0
    assert box["y"] + box["height"] <= height
    for place in ("#claim", "#claim .strip", "#claim .said-raw"):
        assert page.evaluate(
            f"(e => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth + 1)"
            f"(document.querySelector('{place}'))"
        ), place
    name = page.locator("#half-name")
    assert name.inner_text().endswith("Frequentists United 5 - 0 Real Bayesians")
    page.locator("#step-kind").select_option("missed")
    page.keyboard.press("n")
    opened.until("document.querySelector('#claim').textContent.includes('missed by')")
    assert "Truth" in page.locator("#claim .who-said").inner_text()


def test_frames_enlarge_and_turn(whole_run: Path, open_viewer: Any) -> None:
    page = open_viewer(whole_run).page
    page.keyboard.press("n")
    page.locator("#claim .frame").first.click()
    assert page.locator("#frame-dialog").is_visible()
    first = page.locator("#frame-large").get_attribute("src")
    page.keyboard.press("ArrowRight")
    assert page.locator("#frame-large").get_attribute("src") != first
    assert "2 of" in page.locator("#frame-caption").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator("#frame-dialog").is_visible()


@pytest.mark.parametrize(
    "focus", ["#lanes", "#step-kind", "#next", "#video", "#sure", "#label-list", "#label-visible"]
)
def test_keys_work_wherever_the_focus_is(shared_viewer: Any, focus: str) -> None:
    opened = shared_viewer
    page = opened.page
    page.locator("#video").evaluate("video => video.pause()")
    if focus in {"#next", "#label-visible"}:
        page.locator(focus).click()  # the mouse leaves the focus there
    else:
        page.locator(focus).focus()
    before = page.evaluate("JSON.stringify(touchline.timeline.state.chosen)")
    page.keyboard.press("n")
    opened.until(f"JSON.stringify(touchline.timeline.state.chosen) !== {before!r}")
    chosen = page.evaluate("JSON.stringify(touchline.timeline.state.chosen)")
    page.keyboard.press(" ")
    opened.until("!video.paused")
    assert page.evaluate("JSON.stringify(touchline.timeline.state.chosen)") == chosen
    page.keyboard.press(" ")
    opened.until("video.paused")


def test_a_button_that_was_tabbed_to_is_pressed_by_space(shared_viewer: Any) -> None:
    page = shared_viewer.page
    page.locator("#previous").focus()
    page.keyboard.press("Tab")
    before = page.evaluate("JSON.stringify(touchline.timeline.state.chosen)")
    page.keyboard.press(" ")
    shared_viewer.until(f"JSON.stringify(touchline.timeline.state.chosen) !== {before!r}")
    assert page.evaluate("video.paused")


def test_rows_have_names_without_truth(run_folder: Path, open_viewer: Any) -> None:
    file = run_folder / "plan.json"
    facts = json.loads(file.read_text())
    for game in facts["games"]:
        game["labels"] = None
    del facts["checksum"]
    file.write_text(json.dumps(facts))
    page = open_viewer(run_folder).page
    written = page.evaluate(
        """(() => {
          const pen = CanvasRenderingContext2D.prototype, said = [], own = pen.fillText;
          pen.fillText = function (text, ...rest) {
            said.push(text);
            own.call(this, text, ...rest);
          };
          const state = touchline.timeline.state;
          const look = { names: state.shown.map((_, i) => `class ${i}`), codes: [], classes: [] };
          touchline.draw(document.getElementById("lanes"), state, look);
          pen.fillText = own;
          return said;
        })()"""
    )
    assert sum(text.startswith("class ") for text in written) == 17
    page.locator("#step-kind").select_option("spots")
    page.keyboard.press("n")
    page.locator("#claim .said-raw").wait_for()
    assert "This half has no labels" in page.locator("#claim").inner_text()


def test_stepping_goes_on_in_the_other_half(whole_run: Path, open_viewer: Any) -> None:
    opened = open_viewer(whole_run)
    page = opened.page
    page.locator("#step-kind").select_option("truth")
    count = page.evaluate(f"{LANES}[0].at.length")
    for _ in range(count + 1):
        page.locator("#next").click()
    assert page.locator("#half").input_value() == "1"
    chosen = page.evaluate(CHOSEN)
    assert chosen["at"] == page.evaluate(f"{LANES}[0].at[0]")
    stands_at(opened, chosen["at"])


def test_two_models_side_by_side(whole_run: Path, open_viewer: Any) -> None:
    opened = open_viewer(whole_run)
    page = opened.page
    page.locator("#panel-a select").select_option(label="baseline/random")
    page.locator("#panel-b select").select_option(label="baseline/every-window")
    page.locator("#step-kind").select_option("spots")
    page.locator("#step-model").select_option(label="baseline/random")
    page.locator("#next").click()
    first = page.locator("#panel-a .window").first
    first.locator(".strip img").first.wait_for()
    assert "reports it" in first.inner_text()
    assert json.loads(first.locator("pre.raw").inner_text())
    assert "Analyze these" in first.locator("pre.prompt").inner_text()
    frame = "document.querySelector('#panel-a .strip img')"
    first.locator(".strip img").first.scroll_into_view_if_needed()
    opened.until(f"{frame}.complete && {frame}.naturalWidth > 100")
    assert page.locator("#panel-b .window").count() >= 1
    assert page.locator("#panel-b pre.raw").first.inner_text() != ""


def test_label_save_and_reload(run_folder: Path, open_viewer: Any) -> None:
    opened = open_viewer(run_folder)
    page = opened.page
    opened.until(
        "document.getElementById('label-status').textContent.startsWith('These are the labels')"
    )
    for version, at in ((1, 12_300), (2, 15_600)):
        page.evaluate(f"video.currentTime = {at / 1000}")
        opened.until(STANDS)
        page.locator("#label-class").select_option("Red card")
        page.locator("#label-team").select_option("away")
        page.locator("#label-add").click()
        page.locator("#label-save").click()
        page.get_by_text(f"Version {version}:").wait_for()
    [file] = run_folder.glob("labels/*/*/*/Labels-v2.json")
    saved = [one for one in json.loads(file.read_text())["annotations"] if one["team"] == "away"]
    cards = [one for one in saved if one["label"] == "Red card"]
    assert [(one["position"], one["gameTime"]) for one in cards] == [
        ("12300", "1 - 00:12"),
        ("15600", "1 - 00:15"),
    ]
    older = json.loads(file.with_name("Labels-v2.1.json").read_text())["annotations"]
    assert sum(one["label"] == "Red card" for one in older) == 1
    page.reload()
    opened.until("document.getElementById('label-status').textContent.startsWith('Version 2')")
    assert page.evaluate(f"{LANES}.at(-1).name") == "Your labels"
    assert page.evaluate(f"{LANES}.at(-1).at.includes(15600)")


@pytest.mark.parametrize("width", [1366, 390])
def test_hostile_replies_are_harmless(hostile_run: Path, open_viewer: Any, width: int) -> None:
    opened = open_viewer(hostile_run, width)
    page = opened.page
    page.locator("#panel-a select").select_option(label="baseline/random")
    seen = ""
    for at_ms, said in ((500, "<img src=x"), (3500, "7 * 7"), (6500, "3,000,000 characters")):
        page.evaluate(
            "at => document.dispatchEvent(new CustomEvent('momentchosen', { detail: { at } }))",
            at_ms,
        )
        opened.until(f"document.querySelector('#panel-a').textContent.includes('{said}')")
        opened.until("document.querySelector('#panel-a .strip')")
        seen += page.locator("#panel-a").inner_text()
    assert page.evaluate("window.hurt") is None
    assert page.locator("main script, main img[src=x]").count() == 0
    assert "<script>window.hurt=1</script>" in seen
    assert "\u202e" not in seen
    assert "⟨U+202E⟩" in seen
    assert "cut: 20,000 of 3,000,000 characters shown" in seen
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_accessibility_problem(whole_run: Path, open_viewer: Any, scheme: str) -> None:
    opened = open_viewer(whole_run, color_scheme=scheme)
    opened.page.locator("#next").click()
    opened.page.locator(".strip img").first.wait_for()
    assert serious_problems(opened.page) == []


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_hangs_over_the_edge(whole_run: Path, open_viewer: Any, width: int) -> None:
    opened = open_viewer(whole_run, width)
    opened.page.locator("#next").click()
    opened.page.locator(".strip img").first.wait_for()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_video_that_is_gone_is_explained(run_folder: Path, open_viewer: Any) -> None:
    plan = run_folder / "plan.json"
    facts = json.loads(plan.read_text())
    facts["games"][0]["halves"][1]["video"] = str(run_folder / "gone.mkv")
    del facts["checksum"]
    plan.write_text(json.dumps(facts))
    opened = open_viewer(run_folder)
    opened.page.locator("#half").select_option("1")
    opened.page.get_by_text("gone.mkv cannot be read").wait_for()
    assert all("422" in text for text in opened.complaints)
    opened.complaints.clear()
