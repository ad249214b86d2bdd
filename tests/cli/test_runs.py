"""`touchline runs`: many runs at once, whatever state they are in."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from touchline.cli.main import app
from touchline.errors import UserError
from touchline.runs import list_runs
from touchline.runs.results.stored_scores import ScoresFile


@pytest.fixture
def folder(finished, tmp_path):
    """A scored run; one in a folder below that is not scored; one that is damaged; one of old."""
    shutil.copytree(finished, tmp_path / "a")
    shutil.copytree(finished, tmp_path / "more" / "b")
    (tmp_path / "more" / "b" / "scores.json").unlink()
    shutil.copytree(finished, tmp_path / "a" / "earlier" / "0001")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "plan.json").write_text("{")
    return tmp_path


def invoke(*arguments):
    return CliRunner().invoke(app, ["runs", *map(str, arguments)])


def test_scores_and_progress_are_those_of_the_runs(folder):
    found = list_runs([folder])
    assert {one.run.relative_to(folder).as_posix() for one in found.models} == {"a", "more/b"}
    assert (found.runs, found.scored) == (2, 1)
    stored = {row.model: row for row in ScoresFile.read(folder / "a").leaderboard}
    scored = [one for one in found.models if one.scored]
    assert [one.model for one in scored] == list(stored)
    assert all(one.loose == stored[one.model].loose for one in scored)
    assert all(one.tight == stored[one.model].tight for one in scored)
    asked = [one for one in found.models if not one.scored]
    assert {(one.answered, one.failed, one.missing) for one in asked} == {(158, 0, 0)}
    assert {one.judged_on for one in asked} == {one.judged_on for one in scored}


def test_other_games_are_another_set(folder):
    plan = json.loads((folder / "a" / "plan.json").read_text())
    plan["games"][0]["halves"] = plan["games"][0]["halves"][:1]
    del plan["checksum"]
    (folder / "a" / "plan.json").write_text(json.dumps(plan))
    assert len({one.judged_on for one in list_runs([folder]).models}) == 2
    assert invoke(folder, "--all").output.count("(set ") == 2


def test_damaged_runs_are_named_and_all_others_shown(folder):
    done = invoke(folder, "--all", "--json")
    assert isinstance(done.exception, UserError)
    values = json.loads(done.stdout)
    assert [one for one in values["problems"] if "plan.json is damaged" in one]
    assert len({one["run"] for one in values["models"]}) == 2


def test_the_same_folder_twice_is_listed_once(folder):
    assert list_runs([folder / "a", folder]).runs == 2


def test_only_models_are_shown_unless_all_are_wanted(folder):
    shutil.rmtree(folder / "c")
    few, every = invoke(folder), invoke(folder, "--all")
    assert few.exit_code == every.exit_code == 0
    assert "baseline/prior" not in few.output
    assert "--all" in few.output
    assert "baseline/prior" in every.output
    assert "2 runs, 1 scored" in every.output


def test_a_folder_without_runs_is_said(tmp_path):
    assert "no run was found" in str(invoke(tmp_path).exception)
    assert "is not a folder" in str(invoke(tmp_path / "absent").exception)


def test_a_run_is_listed_once_however_its_folder_is_named(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert list_runs([folder / "a", Path("a"), Path("more/../a")]).runs == 1


def test_a_number_beyond_all_floats_is_a_problem_of_its_run_alone(folder):
    plan = json.loads((folder / "a" / "plan.json").read_text())
    plan["models"][0]["recipe"]["stride_ms"] = 10**400
    del plan["checksum"]
    (folder / "a" / "plan.json").write_text(json.dumps(plan))
    found = list_runs([folder])
    assert found.runs == 1
    assert len(found.problems) == 2
