"""The viewer shows videos in their true shape: what it sends, and what a browser makes of it."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.support.videos import disc_shape, write_disc
from touchline.runs import build_plan, parse_bench, run
from touchline.video import picture_size, probe_video
from touchline.view.media import playable

PAL_WIDE = Fraction(64, 45)
_CORNER = 8
"""Pixels at the edges of an element: its corners are round, and the page behind it is light."""


@pytest.mark.parametrize("suffix", ["mkv", "ts", "mp4"])
@pytest.mark.parametrize("rotation", [0, 90])
def test_what_a_browser_is_sent_has_the_shape_of_the_video(
    suffix: str, rotation: int, tmp_path: Path
) -> None:
    video = write_disc(tmp_path / f"a.{suffix}", PAL_WIDE, rotation=rotation)
    made = playable(video)
    assert probe_video(made).pixel_aspect == PAL_WIDE
    assert picture_size(made) == picture_size(video)


def disc_run(folder: Path, suffixes: tuple[str, str]) -> Path:
    """A run of a null baseline over two halves that show a disc."""
    game = folder / "data/league/2025-2026/a - b"
    game.mkdir(parents=True)
    for half, suffix in enumerate(suffixes, 1):
        write_disc(game / f"{half}_144p.{suffix}", PAL_WIDE, frames=100)
    (game / "Labels-v2.json").write_text('{"annotations": []}')
    bench = f"data: {{root: '{folder / 'data'}'}}\nmodels: [baseline/every-window]\n"
    run(build_plan(parse_bench(bench, "b", folder), "disc"), folder / "run", lambda *_: None)
    return folder / "run"


def disc_on(element: Any) -> float:
    """Width over height of the disc in a picture of an element of the page."""
    picture = np.asarray(Image.open(io.BytesIO(element.screenshot())).convert("RGB"))
    return disc_shape(picture[_CORNER:-_CORNER, _CORNER:-_CORNER])


def test_a_disc_is_round_in_the_browser(tmp_path: Path, open_viewer: Any) -> None:
    opened = open_viewer(disc_run(tmp_path, ("mkv", "mp4")))
    page = opened.page
    for half in ("0", "1"):
        page.locator("#half").select_option(half)
        opened.until("video.videoWidth > 0 && !video.seeking && video.readyState >= 2")
        assert page.evaluate("[video.videoWidth, video.videoHeight]") == [256, 144]
        page.evaluate("video.controls = false")
        assert disc_on(page.locator("#video")) == pytest.approx(1, abs=0.03)
    page.evaluate("touchline.timeline.repaint()")
    for choice in ("#panel-a select", "#step-model"):
        page.locator(choice).select_option(label="baseline/every-window")
    page.locator("#next").click()
    frame = page.locator("#panel-a .strip img").first
    frame.scroll_into_view_if_needed()
    opened.until("document.querySelector('#panel-a .strip img')?.naturalWidth === 256")
    assert disc_on(frame) == pytest.approx(1, abs=0.05)
