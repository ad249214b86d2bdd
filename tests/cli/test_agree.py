"""Two folders of labels of the same games, measured against each other."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from tests.runs.planning.test_kinds import plan
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.report.leaderboard.ranking import KIND_MARKS, ranked
from touchline.runs.reporting.annotators import HUMAN, human_ceiling


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


def test_a_run_shows_the_agreement_as_a_ceiling(annotators, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    plan("demo").write(run)
    assert human_ceiling(run) == ()
    found = json.loads(touchline("agree", *annotators, "--run", run, "--json").stdout)
    (row,) = human_ceiling(run)
    assert (row.model, row.kind, row.loose) == (HUMAN, "annotator", found["loose"])
    assert "ceiling" in row.note and KIND_MARKS[row.kind] == "ceiling"
    assert [line.place for line in ranked([row])] == [""]
    (run / "agreement.json").write_text('{"loose": 7}')
    with pytest.raises(UserError, match=r"agreement\.json cannot be read"):
        human_ceiling(run)


def test_labels_of_other_games_and_folders_that_are_no_run_are_refused(annotators, tmp_path):
    other = tmp_path / "c" / "league/season/another 0 - 0 game"
    other.mkdir(parents=True)
    (other / "Labels-v2.json").write_text('{"annotations": []}')
    with pytest.raises(UserError, match="no game in common"):
        touchline("agree", annotators[0], tmp_path / "c")
    with pytest.raises(UserError, match="is not a run"):
        touchline("agree", *annotators, "--run", tmp_path)
