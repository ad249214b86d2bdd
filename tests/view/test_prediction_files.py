"""`touchline view` of predictions without a run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.browser import Opened
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Label
from touchline.scores import ScoringSettings
from touchline.spots import Spot
from touchline.view import FileSpots, ViewedRun, open_files, open_run
from touchline.view.labelling import current_labels, save_labels
from touchline.view.live_run import LiveRun
from touchline.view.page import page

GAME = "league/season/game"
LABELS = {GAME: [Label(1, 10_000, "Goal", "home"), Label(2, 30_000, "Foul", "away")]}
SPOTS = {GAME: [Spot(1, 10_400, "Goal", None, 0.9), Spot(2, 90_000, "Foul", None, 0.5)]}


@pytest.fixture
def clips(whole_run: Path, tmp_path: Path) -> Path:
    """A folder with the videos of both halves, in SoccerNet's layout."""
    folder = tmp_path / "data" / GAME
    folder.mkdir(parents=True)
    for one in open_run(whole_run).halves:
        (folder / one.half.video.name).symlink_to(one.half.video.resolve())
    return tmp_path / "data"


def opened(
    clips: Path, *videos: Path, labels: dict[str, list[Label]] = LABELS
) -> tuple[ViewedRun, list[str]]:
    spots = FileSpots({"mine": SPOTS}, labels, SOCCERNET_V2, ScoringSettings())
    return open_files(spots, videos or [clips], "mine", clips.parent / "mine-review")


def test_a_page_has_both_halves_and_what_is_right(clips: Path) -> None:
    run, said = opened(clips)
    assert said == []
    assert [(one.half.game, one.half.number) for one in run.halves] == [(GAME, 1), (GAME, 2)]
    assert run.hits["mine"].right[GAME] == (True, False)
    html = page(run)
    assert "False alarms" in html
    assert 'href="/report"' in html


def test_the_folder_of_the_game_alone_and_its_videos(clips: Path) -> None:
    folder = clips / GAME
    first, second = sorted(folder.iterdir())
    for videos in ([folder], [first, second], [second, first]):
        run, _ = opened(clips, *videos)
        assert [one.half.video.name for one in run.halves] == [first.name, second.name]
    run, said = opened(clips, second)
    assert [one.half.number for one in run.halves] == [2]
    assert "1 half with events not shown, without a video; the first is half 1" in said[0]


def test_there_is_no_reply_and_labels_go_beside(clips: Path) -> None:
    run, _ = opened(clips)
    with pytest.raises(UserError, match="have no replies to show"):
        run.asked("mine", run.halves[0].half)
    assert not run.folder.exists()
    before = current_labels(run, GAME)
    entries = [label._asdict() for label in before.labels]
    saved = save_labels(run, GAME, before.version, entries[:1])
    assert saved.file.is_relative_to(run.folder)


def test_without_labels_there_is_nothing_to_judge(clips: Path) -> None:
    run, _ = opened(clips, labels={})
    html = page(run)
    assert "False alarms" not in html
    assert 'href="/report"' not in html
    with pytest.raises(UserError, match="--labels"):
        LiveRun(run).report()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["a.csv"], "name the videos of these predictions with --video"),
        (["a.csv", "--video", "gone"], "gone does not exist"),
        (["a.csv", "--video", "."], "has no video of the games with events"),
        (["a.csv", "--video", "a.csv", "--video", "gone.mp4"], "gone.mp4 is not a file"),
        (["gone.csv", "--video", "."], "gone.csv does not exist"),
        (["a.csv", "--video", "a.csv"], "not a video that can be opened"),
        (["empty.csv", "--video", "empty.csv"], "not a video that can be opened"),
        (["."], "is not a run"),
        ([".", "a.csv"], "one run is shown at a time"),
        ([".", "--labels", "."], "--labels is for predictions without a run"),
        (["a.csv", "--video", "a.csv", "--annotator", "../x"], "--annotator"),
    ],
)
def test_misuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("time,label,confidence\n1,Goal,0.9\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("time,label,confidence\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["view", *words, "--no-browser"])
    assert isinstance(done.exception, UserError), done.output
    assert sentence in str(done.exception)


def test_in_a_browser_a_claim_is_shown_without_the_place_for_replies(
    clips: Path, open_viewer: Callable[..., Opened]
) -> None:
    run, _ = opened(clips)
    viewer = open_viewer(run)
    viewer.page.select_option("#step-kind", "spots")
    viewer.page.click("#next")
    viewer.until("document.getElementById('claim').textContent.includes('Goal')")
    assert not viewer.page.is_visible("#moment")
