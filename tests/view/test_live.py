"""The viewer of a run that is still going: one whose last replies and scores are taken away."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from touchline.errors import UserError
from touchline.replies import JournalWriter, read_records
from touchline.runs import report_so_far, run_status
from touchline.view import open_run
from touchline.view.live_run import LiveRun

MODEL = "baseline/every-window"


@pytest.fixture
def going(run_folder: Path) -> Path:
    """Half of the replies of a model are there; others have not begun, and nothing is scored."""
    (run_folder / "scores.json").unlink()
    shutil.rmtree(run_folder / "spots")
    journal = run_folder / "replies" / MODEL
    records = sorted(read_records(journal), key=lambda one: (one.window.half, one.window.index))
    for folder in (run_folder / "replies").glob("*/*"):
        shutil.rmtree(folder)
    for file in (run_folder / "questions").glob("*/*"):
        if file.stem != MODEL.rpartition("/")[2]:
            file.unlink()
    write(journal, "0000-first", records[: len(records) // 2])
    write(run_folder / "later", "0000-later", records[len(records) // 2 :])
    return run_folder


def write(journal: Path, name: str, records: list[Any]) -> None:
    journal.mkdir(parents=True, exist_ok=True)
    with JournalWriter(journal, name) as writer:
        for record in records:
            writer.write(record)


def answer_the_rest(folder: Path) -> None:
    for file in (folder / "later").iterdir():
        file.rename(folder / "replies" / MODEL / file.name)


def test_it_is_shown_as_far_as_it_is_answered(going: Path) -> None:
    live = LiveRun(open_run(going))
    assert live.run.live
    [before] = [one for one in run_status(going) if one.model == MODEL]
    assert 0 < before.answered < before.answered + before.missing
    first = sum(map(len, live.run.results.models[MODEL].values()))
    assert live.run.results.coverage[MODEL] == pytest.approx(0.5, abs=0.02)
    assert live.progress()["live"] is True
    assert f"{MODEL}: {before.answered} of" in live.progress()["said"][0]
    assert not live.refresh()
    answer_the_rest(going)
    assert live.refresh()
    assert sum(map(len, live.run.results.models[MODEL].values())) > first
    assert not (going / "scores.json").exists()
    assert not (going / "spots").exists()


def test_its_report_is_so_far(going: Path) -> None:
    data = report_so_far(going)
    assert data.title.endswith("(still running)")
    [row] = data.rows
    assert row.model == MODEL
    assert row.loose is not None
    assert row.coverage == pytest.approx(0.5, abs=0.02)
    shutil.rmtree(going / "replies" / MODEL)
    with pytest.raises(UserError, match=r"no window of run .* is answered yet"):
        report_so_far(going)


def test_new_events_appear_without_a_reload(going: Path, open_viewer: Any) -> None:
    opened = open_viewer(going)
    page = opened.page
    opened.until("document.getElementById('live').textContent.startsWith('Still running')")
    count = "touchline.timeline.state.half.lanes.reduce((sum, lane) => sum + lane.at.length, 0)"
    page.locator("#half").select_option("1")
    before = page.evaluate(count)
    answer_the_rest(going)
    opened.until(f"{count} > {before}")
    page.goto(page.url.partition("#")[0] + "report")
    assert "(still running)" in page.locator("h1").inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "1304px"
    page.go_back()
    (going / "scores.json").write_text(json.dumps({}))
    opened.until("document.getElementById('live').textContent.includes('is finished')")
