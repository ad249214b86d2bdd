"""`touchline report` of predictions without a run, in the formats that `convert` reads."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from touchline.cli.main import app
from touchline.errors import UserError
from touchline.games import Label
from touchline.spots import Spot, write_spots

GAME = "league/2020-2021/one"
OTHER = "league/2020-2021/two"
CHELSEA = "england_epl/2014-2015/2015-02-21 - 18-00 Chelsea 1 - 1 Burnley"
LABELS = (
    Label(1, 10_000, "Goal", "home"),
    Label(1, 60_000, "Corner", "away"),
    Label(2, 30_000, "Foul", "home"),
)
SPOTS = (
    Spot(1, 10_500, "Goal", "home", 0.9),
    Spot(1, 200_000, "Corner", None, 0.4),
    Spot(2, 30_000, "Foul", None, 0.7),
)


def put_labels(root: Path, game: str, labels: Sequence[Label]) -> None:
    file = root / game / "Labels-v2.json"
    file.parent.mkdir(parents=True)
    entries = [
        {"gameTime": f"{x.half} - 00:00", "label": x.label, "position": str(x.position_ms)}
        | {"team": x.team, "visibility": "visible"}
        for x in labels
    ]
    file.write_text(json.dumps({"UrlLocal": game, "annotations": entries}), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Labels in `labels`, predictions in `spots`; the test is in that folder."""
    put_labels(tmp_path / "labels", GAME, LABELS)
    write_spots(tmp_path / "spots", GAME, SPOTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words: object) -> tuple[dict[str, float], str]:
    """The first row of the leaderboard, and what was said."""
    done = CliRunner().invoke(app, ["report", *map(str, words), "--json"])
    if done.exception is not None:
        raise done.exception
    [shown] = json.loads(done.stdout)
    assert Path(shown["report"]).read_text(encoding="utf-8").startswith("<!doctype html>")
    return shown["leaderboard"][0], done.stderr


def test_of_a_folder_and_of_a_zip(data: Path) -> None:
    row, said = call("spots", "--labels", "labels")
    assert row["recall"] == pytest.approx(2 / 3)
    assert "1 game asked for" in said
    assert (data / "spots-report.html").is_file()
    shutil.make_archive("packed", "zip", "spots")
    assert call("packed.zip", "--labels", "labels", "-o", "page.html")[0]["loose"] == row["loose"]
    page = (data / "page.html").read_text(encoding="utf-8")
    assert "packed" in page
    assert "3 true events" in page
    assert "min watched" not in page


@pytest.mark.parametrize("form", ["csv", "json", "srt", "osl", "elan", "otio", "soccernet"])
def test_every_format_scores_the_same(data: Path, form: str) -> None:
    """A subtitle's event is the middle of its cue, so its time and nothing else differs."""
    want = call("spots", "--labels", "labels")[0]
    out = data / "converted"
    done = CliRunner().invoke(app, ["convert", "spots", str(out), "--to", form])
    assert done.exit_code == 0, done.output
    row, said = call("converted", "--labels", "labels", "--lenient")
    assert row["recall"] == pytest.approx(want["recall"]), said
    assert row["precision"] == pytest.approx(want["precision"]), said


def test_one_file_of_one_half_is_of_the_only_labelled_game(data: Path) -> None:
    (data / "mine.csv").write_text("time,label,confidence\n10.5,goal,0.9\n", encoding="utf-8")
    row, said = call("mine.csv", "--labels", "labels", "--half", "1")
    assert row["recall"] == pytest.approx(1 / 3)
    assert "1 half without predictions: half 2" in said


def test_one_file_under_another_name_is_said_and_under_that_of_another_match_refused(
    data: Path,
) -> None:
    (data / "mine.csv").write_text("time,label,confidence\n10.5,goal,0.9\n", encoding="utf-8")
    said = call("mine.csv", "--labels", "labels", "--half", "1")[1]
    assert f"are of 'mine' and are scored on '{GAME}', the only game with labels" in said
    put_labels(data / "epl", CHELSEA, LABELS)
    other = CHELSEA.replace("Burnley", "Arsenal")
    words = ["mine.csv", "--labels", "epl", "--half", "1", "-o", "p.html"]
    with pytest.raises(UserError, match=f"for '{other}', not for '{CHELSEA}'"):
        call(*words, "--game", other)
    assert "the only game" not in call(*words, "--game", CHELSEA)[1]


def test_a_page_that_exists_is_kept(data: Path) -> None:
    (data / "spots-report.html").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=r"spots-report.html exists already: .* with --out"):
        call("spots", "--labels", "labels")
    assert (data / "spots-report.html").read_text(encoding="utf-8") == "mine"


def test_several_are_side_by_side_under_their_own_names(data: Path) -> None:
    shutil.copytree("spots", "again/spots")
    done = CliRunner().invoke(
        app, ["report", "spots", "again/spots", "--labels", "labels", "--tables", "t", "--json"]
    )
    assert done.exit_code == 0, done.output
    [shown] = json.loads(done.stdout)
    assert {row["model"] for row in shown["leaderboard"]} == {"spots", "again/spots"}
    assert (data / "t").is_dir()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["spots"], "is not a run"),
        (["gone.zip", "--labels", "labels"], "gone.zip does not exist"),
        (["spots", "--labels", "gone"], "gone does not exist"),
        (["spots", "--labels", "spots"], "contains no Labels-v2.json"),
        (["odd.csv"], "name the labels of these predictions with --labels"),
        (["odd.csv", "--labels", "labels"], "unknown class"),
        (["other.csv", "--labels", "labels"], "has no predictions for the 2 games"),
        (["spots", "--half", "1"], "--half is for predictions without a run"),
        (["spots", "--split", "test"], "name their labels with --labels"),
        (["spots", "--labels", "labels", "--score-anyway"], "omit --score-anyway"),
        (["spots", "--labels", "labels", "--from", "cvs"], "'csv'"),
        (["spots", "--labels", "labels", "--rename", "x"], "THEIRS=OURS"),
        (["odd.csv", "--labels", "labels", "--half-starts", "x"], "--half-starts 'x'"),
        (["spots", "--labels", "labels", "--games", "none"], "matches none"),
        (["empty.csv", "--labels", "labels"], "empty.csv holds no event: nothing can be scored"),
    ],
)
def test_misuse(data: Path, words: list[str], sentence: str) -> None:
    (data / "odd.csv").write_text("time,label,confidence\n1,Gaol,0.9\n", encoding="utf-8")
    (data / "empty.csv").write_text("time,label,confidence\n", encoding="utf-8")
    if words[0] == "other.csv":
        put_labels(data / "labels", OTHER, LABELS)
        (data / "other.csv").write_text("time,label,confidence\n1,Goal,0.9\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["report", *words])
    assert isinstance(done.exception, UserError), done.output
    assert sentence in str(done.exception)
