"""A run of a task that the user describes: everything follows its file."""

import json
from pathlib import Path

import pytest
import yaml

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder, write_video
from touchline.errors import UserError
from touchline.games import read_videos
from touchline.runs import (
    Bench,
    DataSection,
    PlanFile,
    bench_of_video,
    build_plan,
    build_plan_for_games,
    load_run,
    parse_bench,
    read_bench,
    run,
)
from touchline.runs.planning.question_reader import QuestionReader
from touchline.runs.planning.resume import resume_plan
from touchline.video import FrameSpec
from touchline.view.page import page
from touchline.view.viewed_run import open_run

CURLING = """
name: curling
sport: curling
label_file: Labels-curling.json
fps: 25
classes: [Draw, Takeout, Guard, Hog line violation]
groups: {Shots: [Draw, Takeout, Guard], Violations: [Hog line violation]}
aliases: {hit: Takeout}
descriptions: {Takeout: a stone removes another one}
teams: [left, right]
periods: 3
metric: task_map
tolerances: [1, 2]
bench:
  sampling: {fps: 2, window: 1, stride: 0.5}
  merging: {window: 1, sigma: 0.4}
  scoring: {tolerance: 2}
"""
BENCH = """
data: {root: data}
models:
  - {name: scripted, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}
task: curling.yaml
"""
GAME = "league/2025-2026/a - b"


def quiet(what, done, total):
    assert 0 <= done <= total


@pytest.fixture
def bench_file(tmp_path):
    labels = [(1, 1000, "Takeout"), (2, 2000, "Draw"), (3, 1500, "Takeout")]
    soccernet_folder(tmp_path / "data", GAME, labels, halves=(1, 2, 3))
    folder = tmp_path / "data" / GAME
    found = json.loads((folder / "Labels-v2.json").read_text())
    for one in found["annotations"]:
        one["team"] = "right"
    (folder / "Labels-v2.json").unlink()
    (folder / "Labels-curling.json").write_text(json.dumps(found))
    (tmp_path / "curling.yaml").write_text(CURLING)
    file = tmp_path / "bench.yaml"
    file.write_text(BENCH)
    return file


@pytest.fixture
def finished(bench_file, tmp_path, monkeypatch):
    log = tmp_path / "asked.txt"
    log.touch()
    from touchline.models import load_engine

    def load(card, rates=None):
        ours = card.name == "scripted"
        return (
            Scripted(log, label="hit", team="right", time=0.5) if ours else load_engine(card, rates)
        )

    monkeypatch.setattr("touchline.runs.execute.load_engine", load)
    plan = build_plan(read_bench(bench_file), "curling")
    return run(plan, tmp_path / "run", quiet), tmp_path / "run"


def test_prompt_schema_reader_scores_report_and_viewer_follow_the_file(finished, tmp_path):
    result, folder = finished
    plan = PlanFile.read(folder)
    assert plan.task.classes == ("Draw", "Takeout", "Guard", "Hog line violation")
    assert [half.number for half in plan.games[0].halves] == [1, 2, 3]
    question = QuestionReader(folder, "scripted").rebuild(GAME, 3, 0).messages
    assert "curling game frames" in question.text
    assert "Takeout: a stone removes another one" in question.text
    assert '"team": "left" OR "right", ' in question.text
    assert "soccer" not in question.text
    schema = json.dumps(question.schema.to_json())
    assert "Hog line violation" in schema and "home" not in schema
    spots = load_run(folder).models["scripted"][GAME]
    assert {(spot.label, spot.team) for spot in spots} == {("Takeout", "right")}
    assert {spot.half for spot in spots} == {1, 2, 3}
    best = result.finished.rows[0]
    rows = {row.model: row for row in result.finished.rows}
    assert rows["scripted"].ranked_by == "task_map"
    assert rows["scripted"].score is not None and rows["scripted"].score > 0
    assert best.figure("tolerance_s") == 2
    html = result.finished.report.read_text(encoding="utf-8")
    assert "Hog line violation" in html and "Task mAP" in html and "Yellow card" not in html
    viewer = page(open_run(folder))
    assert "<option>right</option>" in viewer and "<option>home</option>" not in viewer
    assert "Half 3" in viewer


def test_the_run_does_not_need_the_file_any_more(finished, bench_file, tmp_path):
    _, folder = finished
    (tmp_path / "curling.yaml").unlink()
    assert read_bench(folder / "bench.yaml").task == PlanFile.read(folder).task
    assert resume_plan(folder, None)[0].bench.task.name == "curling"


def test_the_tasks_settings_come_after_the_users_and_the_cards(bench_file):
    bench = read_bench(bench_file)
    assert (bench.merging.window, bench.merging.named_window, bench.scoring.tolerance) == (1, 5, 2)
    assert bench.data.halves == (1, 2, 3)
    text = BENCH.replace("m, base_url", "m, sampling: {fps: 4}, base_url")
    bench = parse_bench(
        text + "merging: {window: 3}\nsampling: {stride: 1}\n", "b", bench_file.parent
    )
    assert (bench.merging.window, bench.merging.sigma) == (3, 0.4)
    spec = build_plan(bench, "b").models[0].recipe
    assert (spec.fps, spec.window, spec.stride) == (4, 1, 1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"metric": "losse"}, "metric is 'losse', not one of .*the nearest is 'loose'"),
        (
            {"bench": {"merging": {"windw": 1}}},
            "merging.windw is not known; the nearest is 'window'",
        ),
        ({"bench": {"models": ["demo"]}}, "bench: models is not known"),
        ({"bench": {"reading": {"aliases": {"x": "Daw"}}}}, "the nearest is 'Draw'"),
        ({"reading": {"ambiguous": {"stone": "shto"}}}, "'shto', not one of .*nearest is 'shot'"),
        ({"reading": {"phrases": [{"pattern": "(", "name": "Draw"}]}}, "not a regular expression"),
        ({"tolerances": []}, "metric 'task_map' needs tolerances"),
    ],
)
def test_what_a_task_cannot_set_is_one_sentence(bench_file, change, sentence):
    facts = yaml.safe_load(CURLING) | change
    (bench_file.parent / "curling.yaml").write_text(yaml.safe_dump(facts))
    with pytest.raises(UserError, match=sentence) as caught:
        read_bench(bench_file)
    assert "\n" not in str(caught.value)


def test_a_half_that_the_task_does_not_have_is_named(bench_file):
    text = BENCH.replace("{root: data}", "{root: data, halves: [4]}")
    with pytest.raises(UserError, match=r"line 2: entry 1 of data.halves is 4: .* are 1 to 3"):
        parse_bench(text, "b", bench_file.parent)


def test_reading_names_the_classes_of_the_task(bench_file):
    text = BENCH + "reading: {aliases: {stone: takeout}}\n"
    assert parse_bench(text, "b", bench_file.parent).reading.aliases == {"stone": "Takeout"}
    with pytest.raises(UserError, match=r"reading\.shot is 'Corner': it is not a class"):
        parse_bench(BENCH + "reading: {shot: Corner}\n", "b", bench_file.parent)


def test_a_single_video_is_asked_about_the_events_of_a_task(bench_file):
    video = bench_file.parent / "data" / GAME / "1_224p.mkv"
    file = str(bench_file.parent / "curling.yaml")
    bench = bench_of_video(video.parent, "baseline/prior", FrameSpec(stride=2), file)
    plan = build_plan_for_games(bench, "a", [read_videos([video])])
    assert plan.template.task.name == "curling" and "curling game" in plan.template.source
    assert (plan.models[0].recipe.window, plan.models[0].recipe.stride) == (1, 2)
    assert bench_of_video(video.parent, "demo", FrameSpec()) == Bench(
        data=DataSection(root=str(video.parent)), models=("demo",)
    )


def test_single_clips_are_games_of_one_video(tmp_path):
    for name in ("near/corner_07", "near/corner_08", "far"):
        write_video(tmp_path / f"{name}.mp4", range(0, 2000, 40))
    write_video(tmp_path / "whole/720p.mp4", range(0, 2000, 40))
    write_video(tmp_path / "whole/224p.mp4", range(0, 2000, 40))
    entry = {"gameTime": "1 - 00:01", "position": "1000", "label": "PASS", "team": "left"}
    labels = json.dumps({"annotations": [entry]})
    (tmp_path / "near/corner_07.json").write_text(labels)
    (tmp_path / "whole/Labels-ball.json").write_text(labels)
    text = f"data: {{root: {tmp_path}}}\nmodels: [baseline/prior]\ntask: ball-12\n"
    plan = build_plan(parse_bench(text, "b", Path()), "b")
    assert [game.id for game in plan.games] == ["far", "near/corner_07", "near/corner_08", "whole"]
    assert [game.labels and game.labels[0].team for game in plan.games] == [
        None, "left", None, "left",
    ]  # fmt: skip
    assert plan.games[3].halves[0].video.name == "224p.mp4"
    assert plan.template.name == "dense.v1"
    assert plan.models[0].recipe.fps == 8
