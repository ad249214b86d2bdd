"""A run that is there already: resumed by its folder, changed, asked how far it is."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.cli.main import app
from touchline.errors import ComeBackLater, UserError
from touchline.replies import JournalWriter, read_records
from touchline.runs import run
from touchline.runs.asking.stop import Stop
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.planning.resume import resume_plan
from touchline.runs.results.status import run_status

WINDOWS = 14
MODEL = "  - {name: scripted, engine: openai, model: m, base_url: 'http://127.0.0.1:9/v1'%s}\n"
BENCH = "data: {root: data}\nmodels:\n" + MODEL + "sampling: {fps: 2, window: 1, stride: 0.5}\n"


@pytest.fixture
def bench(tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    file = tmp_path / "bench.yaml"
    file.write_text(BENCH % "")
    return file


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Runs a benchmark or a folder with a scripted engine; gives what it was asked and told."""
    from touchline.models import load_engine

    log = tmp_path / "asked.txt"

    def go(where, stop=None, **kwargs):
        log.write_text("")

        def load(card, rates=None):
            return Scripted(log, **kwargs) if card.name == "scripted" else load_engine(card, rates)

        plan, folder = resume_plan(where, None if where.is_dir() else tmp_path / "run")
        said = []
        run(plan, folder, lambda *_: None, stop, load, notify=said.append)
        return log.read_text().split(), said

    return go


PLAN_OF_NOTHING = """
{"name": "x", "prompt": {"name": "p", "sha256": "", "source": ""}, "games": [], "models": []}
"""


def test_a_folder_is_resumed_without_the_benchmark_and_without_the_data_root(
    bench, play, tmp_path, monkeypatch
):
    asked, said = play(bench, fail_every=3)
    assert (len(asked), said) == (WINDOWS, [])
    bench.unlink()
    (tmp_path / "data/league/2025-2026/a - b/Labels-v2.json").unlink()
    probed = []
    monkeypatch.setattr("touchline.runs.planning.planned_videos.probe_video", probed.append)
    asked, said = play(tmp_path / "run")
    assert (len(asked), said, probed) == (6, [], [])
    assert play(tmp_path / "run") == ([], [])


def test_a_changed_prompt_says_what_is_kept_and_what_is_asked(bench, play):
    play(bench)
    bench.write_text(BENCH % "" + "prompt: chunk.v1\nmerging: {method: greedy}\n")
    asked, said = play(bench)
    assert len(asked) == WINDOWS
    assert 'the benchmark has changed: prompt: (default) -> "chunk.v1"' in said
    assert 'the benchmark has changed: merging.method: (default) -> "greedy"' in said
    kept = next(one for one in said if one.startswith("scripted: "))
    assert kept.startswith("scripted: 0 windows answered already, 14 to be asked, 14 ")


def test_a_halved_stride_keeps_the_windows_that_are_still_there(bench, play):
    play(bench)
    bench.write_text((BENCH % "").replace("stride: 0.5", "stride: 1"))
    asked, said = play(bench)
    assert asked == []
    assert any("8 windows answered already, 0 to be asked, 6 " in one for one in said)


def test_one_changed_video_makes_only_its_own_half_anew(bench, play, tmp_path, monkeypatch):
    from tests.support.videos import write_video

    play(bench)
    video = tmp_path / "data/league/2025-2026/a - b/2_224p.mkv"
    write_video(video, list(range(0, 4000, 80)))
    halves = []
    from touchline.runs.planning import question_writer as planning

    real = planning.build_half_questions
    monkeypatch.setattr(
        planning, "build_half_questions", lambda *a: (halves.append(a[2].number), real(*a))[1]
    )
    asked, _ = play(bench)
    assert len(asked) == WINDOWS // 2
    assert set(halves) == {2}


def test_status_counts_from_files_alone(bench, play, tmp_path, monkeypatch):
    play(bench, fail_every=3)
    monkeypatch.setattr("touchline.video.probe", None)
    (found,) = [one for one in run_status(tmp_path / "run") if one.model == "scripted"]
    assert (found.answered, found.failed, found.missing) == (8, 6, 0)
    assert [(one.half, one.answered, one.failed) for one in found.halves] == [(1, 4, 3), (2, 4, 3)]
    assert found.per_second and found.left_seconds == pytest.approx(6 / found.per_second)
    assert (found.cost_usd, found.conflicts) == (None, 0)
    for file in (tmp_path / "run/replies/scripted").iterdir():
        file.unlink()
    (found,) = [one for one in run_status(tmp_path / "run") if one.model == "scripted"]
    assert (found.answered, found.missing, found.per_second) == (0, WINDOWS, None)


def test_status_speaks_to_people_and_to_programs(bench, play, tmp_path):
    play(bench, fail_every=3)
    shown = CliRunner().invoke(app, ["status", str(tmp_path / "run"), "--halves"])
    assert shown.exit_code == 0
    assert "scripted" in shown.output
    read = CliRunner().invoke(app, ["status", str(tmp_path / "run"), "--json"])
    models = {one["model"]: one for one in json.loads(read.stdout)["models"]}
    assert models["scripted"]["failed"] == 6


def test_a_fused_run_and_a_folder_that_is_none_cannot_be_asked(tmp_path):
    with pytest.raises(UserError, match="is not a run"):
        resume_plan(tmp_path, None)
    (tmp_path / "plan.json").write_text(PLAN_OF_NOTHING)
    with pytest.raises(UserError, match="was fused from other runs"):
        resume_plan(tmp_path, None)
    with pytest.raises(UserError, match="omit --out"):
        resume_plan(tmp_path, Path("elsewhere"))


def test_samples_are_questions_of_their_own_with_seeds_that_count_up(bench, play, tmp_path):
    words = ", generation: {samples: 3, temperature: 0.7, seed: 5}"
    bench.write_text(BENCH % words)
    asked, _ = play(bench, fail_every=2)
    assert len(set(asked)) == 3 * WINDOWS
    file = QuestionFile(tmp_path / "run", "scripted")
    half = file.half(file.lines[0])
    assert (half.samples, len(half.keys)) == (3, 21)
    assert half.spans_ms[0] == half.spans_ms[2] != half.spans_ms[3]
    again, _ = play(bench)
    assert set(again) < set(asked)


def test_a_window_answered_twice_and_differently_is_reported_where_it_is_merged(
    bench, play, tmp_path
):
    play(bench)
    journal = tmp_path / "run/replies/scripted"
    first = next(iter(read_records(journal)))
    with JournalWriter(journal, "zzz") as again:
        again.write(replace(first, answer=replace(first.answer, text="Foul")))
    play(bench)
    (found,) = [one for one in run_status(tmp_path / "run") if one.model == "scripted"]
    assert (found.conflicts, found.answered) == (1, WINDOWS)
    rows = json.loads((tmp_path / "run/scores.json").read_text())["leaderboard"]
    note = next(row["note"] for row in rows if row["model"] == "scripted")
    assert "1 window answered twice, differently; the first answer counts" in note


def test_a_stopped_run_loads_no_model_and_goes_on_later(bench, play):
    stop = Stop()
    stop.request("the run was stopped by SIGINT")
    with pytest.raises(ComeBackLater, match="stopped by SIGINT; 14 windows of model 'scripted'"):
        play(bench, stop)
    asked, _ = play(bench)
    assert len(asked) == WINDOWS


def test_a_deadline_stops_a_run(bench, play):
    with pytest.raises(ComeBackLater, match="the time limit was reached; 14 windows"):
        play(bench, Stop(deadline_s=0.0))


def test_a_plan_that_does_not_say_the_shape_of_pixels_has_its_videos_read_again(bench, tmp_path):
    """As plans were before frames were stretched to their true shape."""
    plan, folder = resume_plan(bench, tmp_path / "run")
    run(plan, folder, lambda *_: None, load=lambda *_: Scripted(tmp_path / "log"))
    file = folder / "plan.json"
    halves = [half for game in json.loads(file.read_text())["games"] for half in game["halves"]]
    assert [half["pixel_aspect"] for half in halves] == ["1", "1"]
    assert PlanFile.read(folder).videos().keys() == plan.videos.keys()
    without = json.loads(file.read_text())
    del without["checksum"]
    for game in without["games"]:
        for half in game["halves"]:
            del half["pixel_aspect"]
    file.write_text(json.dumps(without))
    assert PlanFile.read(folder).videos() == {}
    again, _ = resume_plan(folder, None)
    assert again.videos == plan.videos
