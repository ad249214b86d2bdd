"""Rows that were decoded by what was fitted on the games that they are scored on."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.runs import RunFolder, build_plan, compare, load_run, parse_bench, run, tune
from touchline.runs.comparison.contest import CompareOptions, contest_of_runs
from touchline.runs.merging.fuse import fuse_runs
from touchline.runs.merging.remerge import labelled_readings, merge_again, write_tuned
from touchline.runs.planning.plan_file import PlanFile
from touchline.scores import FITTED, REFITTED_IN_ITS_RUN, refitted_sentence
from touchline.spots import MergeSettings
from touchline.spots.fusion import FuseSettings

BENCH = """
data: {{root: {root}}}
models:
  - {{name: scripted, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}}
sampling: {{fps: 2, window: 1, stride: 0.5}}
"""
GAMES = [f"league/2025-2026/{a} - {b}" for a, b in ("ab", "cd", "ef", "gh")]
EACH = refitted_sentence([[game] for game in GAMES])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of a scripted model on four games, tuned on them."""
    root = tmp_path_factory.mktemp("data")
    for number, game in enumerate(GAMES):
        soccernet_folder(root, game, labels=[(1, 1000 + 400 * number, "Goal"), (2, 2500, "Goal")])
    log = root / "asked.txt"
    folder = root / "runs" / "first"
    with pytest.MonkeyPatch.context() as patch:
        from touchline.models import load_engine

        def load(card, rates=None):
            return Scripted(log) if card.name == "scripted" else load_engine(card, rates)

        patch.setattr("touchline.runs.execute.load_engine", load)
        run(build_plan(parse_bench(BENCH.format(root=root), "b", Path()), "first"), folder, _quiet)
    found = tune(
        labelled_readings(folder, "scripted", None), PlanFile.read(folder).task, MergeSettings()
    )
    write_tuned(RunFolder(folder).tuned, found, RunFolder(folder).decoders, "scripted")
    merge_again(folder, None, ["merging.method=decoder", f"merging.decoder={folder}/decoders.json"])
    return folder


def _quiet(what, done, total):
    assert done <= total


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "first")


def rows_of(folder):
    stored = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    return {row["model"]: row for row in stored["leaderboard"]}


def test_a_decoder_of_the_same_games_has_an_interval_that_includes_the_fit(folder):
    rows = rows_of(folder)
    assert EACH in rows["scripted"]["note"]
    assert FITTED in rows["scripted+claims-moved"]["note"]
    stored = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    kept = stored["models"]["scripted"]["beyond"]
    assert kept["interval_sentence"].endswith(f"The {EACH}.")
    assert kept["intervals"]["loose"]["low"] < rows["scripted"]["loose"]


def test_a_comparison_shows_the_interval_of_the_run_where_the_figure_is_the_same(folder):
    usual = {row.model: row for row in compare(contest_of_runs([folder], CompareOptions())).rows}
    kept = load_run(folder).intervals["scripted"]
    assert usual["scripted"].note == REFITTED_IN_ITS_RUN
    for name in ("loose", "tight"):
        assert usual["scripted"].intervals[name] == kept[name].ends
    assert usual["scripted+claims-moved"].note == FITTED


def test_a_comparison_on_fewer_games_has_no_interval_of_the_run(folder, tmp_path):
    fewer = shutil.copytree(folder, tmp_path / "fewer")
    plan = PlanFile.read(folder)
    plan.model_copy(update={"games": plan.games[:3]}).write(fewer)
    compared = compare(contest_of_runs([folder, fewer], CompareOptions()))
    (row,) = (one for one in compared.rows if one.model == "first: scripted")
    assert row.note == FITTED
    assert not row.intervals


@pytest.mark.parametrize("spoilt", ['"much"', "[1]", "{}"])
def test_intervals_that_cannot_be_read_are_one_sentence(folder, spoilt):
    file = folder / "scores.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    stored["models"]["scripted"]["beyond"]["intervals"]["loose"] = json.loads(spoilt)
    file.write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(UserError, match="the intervals of 'scripted': "):
        load_run(folder)


def test_without_the_decoder_of_all_games_there_is_no_interval(folder):
    file = folder / "decoders.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    stored["decoders"] = [one for one in stored["decoders"] if len(one["games"]) < len(GAMES)]
    file.write_text(json.dumps(stored), encoding="utf-8")
    merge_again(folder, None, [f"merging.decoder={file}"])
    assert FITTED in rows_of(folder)["scripted"]["note"]
    assert not load_run(folder).intervals["scripted"]


def test_stacking_and_its_control_have_intervals_and_its_nulls_say_why_not(folder, tmp_path):
    merge_again(folder, None, ["merging.method=votes"])
    wanted = ("scripted", "baseline/random")
    done = fuse_runs([folder], tmp_path / "stacked", FuseSettings(method="stacking"), wanted)
    notes = {row.model: row.note for row in done.rows}
    assert EACH in notes.pop("stacked")
    nulls = {name: note for name, note in notes.items() if "claims" in name or "windows" in name}
    assert len(nulls) == 2
    assert all(FITTED in note for note in nulls.values())
    compared = compare(contest_of_runs([tmp_path / "stacked"], CompareOptions()))
    (row,) = (one for one in compared.rows if one.model == "stacked")
    assert (
        row.intervals["tight"] == load_run(tmp_path / "stacked").intervals["stacked"]["tight"].ends
    )
