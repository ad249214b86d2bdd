"""Two folders of labels of the same games, measured against each other."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.runs.planning.test_kinds import plan
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.report.leaderboard.ranking import KIND_MARKS, ranked
from touchline.runs.planning.plan_file import GamePlan, HalfPlan
from touchline.runs.reporting.annotators import HUMAN, human_ceiling

ELSEWHERE = "league/season/2025-01-02 - 20-00 c 1 - 0 d"


@pytest.fixture
def annotators(tmp_path, demo_match):
    """The labels of the demo match, and those of somebody a second later who missed the last."""
    (labels,) = demo_match.rglob("Labels-v2.json")
    place = labels.relative_to(demo_match)
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        (folder / place).parent.mkdir(parents=True)
    shutil.copy(labels, folders[0] / place)
    values = json.loads(labels.read_text())
    for one in values["annotations"]:
        one["position"] = str(int(one["position"]) + 1000)
    values["annotations"].pop()
    (folders[1] / place).write_text(json.dumps(values))
    return folders


def touchline(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)


def test_agreement_is_printed_and_given_to_programs(annotators):
    done = touchline("agree", *annotators)
    assert done.exit_code == 0, done.output
    assert "Krippendorff's alpha" in done.stdout
    found = json.loads(touchline("agree", *annotators, "--json").stdout)
    assert found["median_ms"] == found["bias_ms"] == 1000
    assert (
        found["overall"]["first"] == found["overall"]["second"] + 1 == found["overall"]["both"] + 1
    )
    assert 0 < found["tight"] < found["loose"] < 1


def write_run(folder, games):
    """A run of games, by the numbers of their halves."""
    made = tuple(
        GamePlan(
            id=game,
            labels=(),
            halves=tuple(
                HalfPlan(
                    number=one, video=Path("v.mkv"), fingerprint="", duration_ms=1, claimed_ms=1
                )
                for one in halves
            ),
        )
        for game, halves in games.items()
    )
    folder.mkdir()
    plan("demo").model_copy(update={"games": made}).write(folder)
    return folder


def write_goals(folder, game, *times_ms):
    """A game with a goal in the first half at each time, and one in the second."""
    (folder / game).mkdir(parents=True)
    goals = [
        {"gameTime": f"{half} - 00:01", "label": "Goal", "position": str(time_ms)}
        for half, time_ms in (*((1, time_ms) for time_ms in times_ms), (2, 600_000))
    ]
    (folder / game / "Labels-v2.json").write_text(json.dumps({"annotations": goals}))


def test_a_run_shows_the_agreement_as_a_ceiling(annotators, tmp_path, demo_match):
    (labels,) = demo_match.rglob("Labels-v2.json")
    game = labels.parent.relative_to(demo_match).as_posix()
    run = write_run(tmp_path / "run", {game: (1, 2), "g": (1,)})
    assert human_ceiling(run) == ()
    whole = json.loads(touchline("agree", *annotators, "--json").stdout)
    for folder, time_ms in zip(annotators, (1000, 90_000), strict=True):
        write_goals(folder, ELSEWHERE, time_ms)
    done = touchline("agree", *annotators, "--run", run, "--json")
    found = json.loads(done.stdout)
    # The other game, on which they disagree, is not of the run and changes nothing.
    assert (found["games"], found["loose"]) == (1, whole["loose"])
    assert "measured on 1 of 2 labelled games of run" in done.stderr
    assert "1 other game left out" in done.stderr
    (row,) = human_ceiling(run)
    assert (row.model, row.kind, row.loose) == (HUMAN, "annotator", found["loose"])
    assert "on 1 of 2 labelled games of this run" in row.note
    assert "ceiling" in row.note and KIND_MARKS[row.kind] == "ceiling"
    assert [line.place for line in ranked([row])] == [""]
    values = json.loads((run / "agreement.json").read_text())
    del values["run_games"]  # as earlier versions wrote it, on whatever games
    (run / "agreement.json").write_text(json.dumps(values))
    assert "1 game that may not be the run's" in human_ceiling(run)[0].note
    (run / "agreement.json").write_text('{"loose": 7}')
    with pytest.raises(UserError, match=r"agreement\.json cannot be read"):
        human_ceiling(run)


def test_a_ceiling_counts_the_halves_of_the_run_and_no_other_games(tmp_path):
    folders = tmp_path / "a", tmp_path / "b"
    for folder, time_ms in zip(folders, (1000, 90_000), strict=True):
        write_goals(folder, ELSEWHERE, time_ms)
    run = write_run(tmp_path / "second half", {ELSEWHERE: (2,)})
    found = json.loads(touchline("agree", *folders, "--run", run, "--json").stdout)
    assert found["overall"] == {"first": 1, "second": 1, "both": 1, "f1": 1.0}
    other = write_run(tmp_path / "other", {"league/season/c - d": (1, 2)})
    with pytest.raises(UserError, match="has no labelled game that both annotators have"):
        touchline("agree", *folders, "--run", other)
    assert not (other / "agreement.json").exists()


def test_labels_of_other_games_and_folders_that_are_no_run_are_refused(annotators, tmp_path):
    other = tmp_path / "c" / "league/season/another 0 - 0 game"
    other.mkdir(parents=True)
    (other / "Labels-v2.json").write_text('{"annotations": []}')
    with pytest.raises(UserError, match="no game in common"):
        touchline("agree", annotators[0], tmp_path / "c")
    with pytest.raises(UserError, match="is not a run"):
        touchline("agree", *annotators, "--run", tmp_path)
