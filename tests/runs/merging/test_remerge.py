import json
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.cli.fuse import fuse as fuse_verb
from touchline.cli.merge import merge as merge_verb
from touchline.cli.tune import tune as tune_verb
from touchline.errors import UserError
from touchline.runs import build_plan, compare, finish, load_run, parse_bench, run
from touchline.runs.comparison.contest import CompareOptions, contest_of_runs
from touchline.runs.merging.fitted import was_fitted
from touchline.runs.merging.fuse import fuse_runs
from touchline.runs.merging.held_out import decode_held_out
from touchline.runs.merging.remerge import labelled_readings, merge_again
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.resume import resume_plan
from touchline.runs.results.status import run_status
from touchline.scores import FITTED, ScoringSettings
from touchline.spots import (
    NO_LOOK,
    NO_LOOK_ROWS,
    MergeSettings,
    signals_of_readings,
    write_decoders,
)
from touchline.spots.fusion import FuseSettings

BENCH = """
data: {{root: {root}}}
models:
  - {{name: scripted, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}}
sampling: {{fps: 2, window: 1, stride: 0.5}}
"""
GAMES = ("league/2025-2026/a - b", "league/2025-2026/c - d")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of a scripted model on two games, and how often the model was asked."""
    root = tmp_path_factory.mktemp("data")
    for game in GAMES:
        soccernet_folder(root, game, labels=[(1, 1000, "Goal"), (2, 2500, "Goal")])
    log = root / "asked.txt"
    log.touch()
    from touchline.models import load_engine

    def load(card, rates=None):
        return Scripted(log) if card.name == "scripted" else load_engine(card, rates)

    folder = root / "runs" / "first"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("touchline.runs.execute.load_engine", load)
        run(build_plan(parse_bench(BENCH.format(root=root), "b", Path()), "first"), folder, _quiet)
    return folder


def _quiet(what, done, total):
    assert done <= total


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "first")


def _invoke(verb, *arguments):
    import typer

    app = typer.Typer()
    app.command()(verb)
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_merging_anew_changes_spots_and_says_so_in_the_run(folder):
    before = load_run(folder).models["scripted"]
    shown = json.loads(_invoke(merge_verb, folder, "--set", "merge.min_confidence=0.999", "--json"))
    assert {row["model"] for row in shown["leaderboard"]} >= {"scripted", "baseline/random"}
    assert sum(map(len, before.values())) > 0
    assert sum(map(len, load_run(folder).models["scripted"].values())) < sum(
        map(len, before.values())
    )
    merging = yaml.safe_load((folder / "bench.yaml").read_text())["merging"]
    assert merging["min_confidence"] == 0.999


def test_a_changed_reading_policy_reads_the_same_replies_anew(folder):
    before = sorted((folder / "replies").rglob("*.jsonl"))
    bench = yaml.safe_load((folder / "bench.yaml").read_text())
    bench["reading"] = {"aliases": {"goal": "Corner"}}
    (folder / "bench.yaml").write_text(yaml.safe_dump(bench))
    finish(folder, parse_bench(yaml.safe_dump(bench), "b", folder).merging, ScoringSettings())
    labels = {
        spot.label for spots in load_run(folder).models["scripted"].values() for spot in spots
    }
    assert labels == {"Corner"}
    assert sorted((folder / "replies").rglob("*.jsonl")) == before
    _invoke(merge_verb, folder, "--set", "merging.window=2", "--json")
    assert yaml.safe_load((folder / "bench.yaml").read_text())["reading"] == bench["reading"]


def test_a_setting_that_is_not_known_or_does_not_fit_is_one_sentence(folder):
    with pytest.raises(UserError, match="nearest is 'window'"):
        merge_again(folder, None, ["merge.windw=3"])
    with pytest.raises(UserError, match=r"not of the form merging\.NAME=VALUE"):
        merge_again(folder, None, ["merging.window"])
    with pytest.raises(UserError, match="window"):
        merge_again(folder, None, ["merging.window=-3"])
    with pytest.raises(UserError, match="is not a run"):
        merge_again(folder / "spots", None, [])
    with pytest.raises(UserError, match="cannot be read"):
        merge_again(folder, folder / "none.yaml", [])


def test_tuning_writes_settings_and_decoders_that_merging_takes(folder):
    shown = json.loads(_invoke(tune_verb, folder, "--json"))
    assert sum("null" in name for name in shown["figures"]) == len(NO_LOOK)
    assert len(shown["figures"]) == 4 + len(NO_LOOK)
    assert all(0 <= figure["loose"] <= 1 for figure in shown["figures"].values())
    gained = "gain" if shown["gains"] else "gain nothing"
    tuned = folder / "tuned.yaml"
    assert f"# on held-out games these settings {gained} over the default" in tuned.read_text()
    assert "# decoder, on held-out games (2 folds)" in tuned.read_text()
    _invoke(merge_verb, folder, "--settings", tuned, "--json")
    _invoke(merge_verb, folder, "--set", "merging.method=votes", "--json")
    before = load_run(folder).models["baseline/prior"]
    decoding = ("--set", "merge.method=decoder", "--set", f"merge.decoder={folder}/decoders.json")
    _invoke(merge_verb, folder, *decoding, "--json")
    # The decoder knows the model's claims, and nothing of a baseline's.
    decoded = load_run(folder)
    assert decoded.models["baseline/prior"] == before
    # Below a decoded model stand its decoder's nulls, which have no place; no other model has any.
    stored = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    rows = {row["model"]: row for row in stored["leaderboard"]}
    nulls = {f"scripted+{name}" for name in NO_LOOK_ROWS.values()}
    assert set(decoded.control_of) == nulls
    assert {(rows[name]["kind"], rows[name]["place"]) for name in nulls} == {("control", None)}
    assert all("without looking" in rows[name]["note"] for name in nulls)
    assert decoded.fitted == {"scripted", *nulls}
    assert all(FITTED in rows[name]["note"] for name in decoded.fitted)
    for name, row in NO_LOOK_ROWS.items():
        found = shown["figures"][f"null of the decoder, fitted in the same folds: {name}"]
        assert rows[f"scripted+{row}"]["loose"] == pytest.approx(found["loose"], abs=1e-5)
    page = (folder / "report" / "index.html").read_text(encoding="utf-8")
    assert "scripted+claims-moved" in page
    assert yaml.safe_load((folder / "bench.yaml").read_text())["merging"]["method"] == "decoder"


def test_tuning_can_be_kept_to_some_games(folder, tmp_path):
    games = tmp_path / "games.txt"
    games.write_text(f"{GAMES[1]}\n")
    assert set(labelled_readings(folder, None, str(games))) == {GAMES[1]}
    with pytest.raises(UserError, match="no model 'other'"):
        labelled_readings(folder, "other", None)
    with pytest.raises(UserError, match="at least 2 labelled games"):
        _invoke(tune_verb, folder, "--on", games)


def test_fused_runs_are_runs(folder, tmp_path):
    second = shutil.copytree(folder, tmp_path / "second")
    out = tmp_path / "both"
    shown = json.loads(_invoke(fuse_verb, folder, second, "-o", out, "--json"))
    assert [row["model"] for row in shown["leaderboard"]] == ["both"]
    assert (out / "report" / "index.html").is_file()
    fused, alone = load_run(out), load_run(folder)
    assert set(fused.models["both"]) == set(GAMES)
    for game in GAMES:
        assert [(spot.half, spot.position_ms) for spot in fused.models["both"][game]] == [
            (spot.half, spot.position_ms) for spot in alone.models["scripted"][game]
        ]
    assert fused.coverage["both"] == 1
    # Its confidences are weighted ranks: what needs a probability is not shown.
    assert shown["leaderboard"][0]["calibration_error"] is None
    assert fused.ranks_only == {"both"}
    assert alone.ranks_only == frozenset()


def test_stacking_is_fitted_on_the_other_games(folder, tmp_path):
    wanted = ("scripted", "baseline/random")
    done = fuse_runs([folder], tmp_path / "stacked", FuseSettings(method="stacking"), wanted)
    fused, *below = done.rows
    assert (fused.model, fused.kind) == ("stacked", "model")
    nulls = {"stacked+claims-moved", "stacked+windows-permuted"}
    (alone,) = {row.model for row in below} - nulls
    assert alone in {"stacked+scripted", "stacked+baseline/random"}
    assert {(row.kind, row.control_of) for row in below} == {("control", "stacked")}
    assert load_run(tmp_path / "stacked").control_of == dict.fromkeys({alone, *nulls}, "stacked")
    for row in below:
        assert row.loose is not None
    assert done.rows[0].figure("calibration_error") is not None


def test_what_was_fitted_on_the_judged_games_has_no_interval_and_says_so(folder, tmp_path):
    wanted = ("scripted", "baseline/random")
    done = fuse_runs([folder], tmp_path / "stacked", FuseSettings(method="stacking"), wanted)
    for row in done.rows:
        assert FITTED in row.note
    assert load_run(tmp_path / "stacked").fitted == {row.model for row in done.rows}
    assert load_run(folder).fitted == frozenset()
    compared = compare(contest_of_runs([tmp_path / "stacked", folder], CompareOptions()))
    said = {row.model: FITTED in row.note for row in compared.rows}
    assert said == {name: name.startswith("stacked") for name in said}
    assert any("fitted on the other games" in sentence for sentence in compared.remarks)


def test_a_decoder_of_other_games_keeps_the_interval(folder, tmp_path):
    plan, readings = PlanFile.read(folder), labelled_readings(folder, "scripted", None)
    model, baseline = plan.model("scripted"), plan.model("baseline/random")
    decoders = tmp_path / "decoders.json"
    signals = {game: signals_of_readings(found) for game, (found, _) in readings.items()}
    write_decoders(decoders, decode_held_out(signals, plan.labels(), plan.task)[1])
    merging = MergeSettings(method="decoder", decoder=str(decoders))
    assert was_fitted(model, merging, GAMES)
    assert not was_fitted(model, merging, ["another game"])
    assert not was_fitted(baseline, merging, GAMES)
    assert not was_fitted(model, MergeSettings(), GAMES)
    gone = MergeSettings(method="decoder", decoder=str(tmp_path / "gone.json"))
    assert was_fitted(model, gone, ["another game"])


def test_what_cannot_be_fused_is_one_sentence(folder, tmp_path):
    with pytest.raises(UserError, match="at least 2 models"):
        fuse_runs([folder], tmp_path / "x", FuseSettings())
    with pytest.raises(UserError, match="no run has a model 'other'"):
        fuse_runs([folder], tmp_path / "x", FuseSettings(), ["other"])
    with pytest.raises(UserError, match="exists already"):
        fuse_runs([folder, folder], tmp_path, FuseSettings())
    assert not (tmp_path / "x").exists()


def _with_games(folder, **changes):
    """A run whose plan has been given other games."""
    found = PlanFile.read(folder)
    games = [game.model_copy(update=changes.get(game.id[-1], {})) for game in found.games]
    kept = tuple(game for game in games if game.id[-1] not in changes.get("without", ""))
    found.model_copy(update={"games": kept}).write(folder)


def test_only_games_that_all_runs_have_are_fused_and_the_others_are_counted(folder, tmp_path):
    second = shutil.copytree(folder, tmp_path / "second")
    _with_games(second, without="d")
    said = []
    for runs, out in (((folder, second), "one"), ((second, folder), "other")):
        fuse_runs(runs, tmp_path / out, FuseSettings(), notify=said.append)
        assert set(load_run(tmp_path / out).models[out]) == {GAMES[0]}
        assert set(load_run(tmp_path / out).games) == {GAMES[0]}
    left = f"1 of 2 games of run {folder} left out: not in every run that is fused."
    assert said == [left, left]


def test_runs_without_a_common_game_or_of_other_halves_are_not_fused(folder, tmp_path):
    second = shutil.copytree(folder, tmp_path / "second")
    _with_games(second, b={"id": "league/2025-2026/x - y"}, d={"id": "league/2025-2026/z - w"})
    with pytest.raises(UserError, match="the runs have no labelled game in common"):
        fuse_runs([folder, second], tmp_path / "both", FuseSettings())
    third = shutil.copytree(folder, tmp_path / "third")
    _with_games(third, b={"halves": PlanFile.read(folder).games[0].halves[:1]})
    with pytest.raises(UserError, match=r"has other halves of 'league/2025-2026/a - b'"):
        fuse_runs([folder, third], tmp_path / "both", FuseSettings())
    assert not (tmp_path / "both").exists()


def test_a_merge_shows_what_it_changes_and_can_be_undone(folder):
    before = (folder / "bench.yaml").read_text()
    with pytest.raises(UserError, match="has no merge to undo"):
        merge_again(folder, None, [], undo=True)
    first = merge_again(folder, None, ["merging.min_confidence=0.999"])
    assert first.changed["scripted"][0] != first.changed["scripted"][1]
    assert not first.kept
    second = merge_again(folder, None, ["merging.window=6"])
    assert second.kept == ("min_confidence=0.999",)
    assert not second.changed
    undone = merge_again(folder, None, [], undo=True)
    assert yaml.safe_load((folder / "bench.yaml").read_text())["merging"] == {
        "min_confidence": 0.999
    }
    assert not undone.changed
    with pytest.raises(UserError, match="has no merge to undo"):
        merge_again(folder, None, [], undo=True)
    with pytest.raises(UserError, match="takes no other settings"):
        merge_again(folder, None, ["merging.window=6"], undo=True)
    assert "merging" not in yaml.safe_load(before)


def test_a_fused_run_is_refused_whole_where_replies_are_needed(folder, tmp_path):
    out = tmp_path / "fused"
    fuse_runs([folder], out, FuseSettings(), ["scripted", "baseline/random"])
    for refuse in (
        lambda: merge_again(out, None, ["merging.window=6"]),
        lambda: resume_plan(out, None),
        lambda: labelled_readings(out, None, None),
    ):
        with pytest.raises(UserError, match="was fused from other runs and has no replies"):
            refuse()
    assert (out / "scores.json").is_file()
    (fused,) = run_status(out)
    assert set(fused.fused_from) == {"baseline/random", "scripted"}
