import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder, write_video
from touchline.errors import UserError
from touchline.runs import (
    CompareOptions,
    build_plan,
    compare,
    contest_of_runs,
    load_run,
    parse_bench,
    run,
)

BENCH = """
data: {{root: {root}}}
models:
  - {{name: scripted, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}}
sampling: {{fps: 2, window: 1, stride: 0.5}}
"""
GAME = "league/2025-2026/a - b"

PLAN_OF_NOTHING = """
{"name": "x", "prompt": {"name": "p", "sha256": "", "source": ""}, "games": [], "models": []}
"""


def quiet(what, done, total):
    assert 0 <= done <= total


@pytest.fixture
def root(tmp_path):
    labels = [(1, 1000, "Goal"), (2, 2000, "Foul")]
    return soccernet_folder(tmp_path / "data", labels=labels)


@pytest.fixture
def scripted(tmp_path, monkeypatch):
    """Puts a scripted engine in the endpoint's place; gives the file of what it was asked."""
    log = tmp_path / "asked.txt"
    log.touch()
    from touchline.models import load_engine

    def install(**kwargs):
        def load(card, rates=None):
            return Scripted(log, **kwargs) if card.name == "scripted" else load_engine(card, rates)

        monkeypatch.setattr("touchline.runs.execute.load_engine", load)
        monkeypatch.setattr("touchline.runs.asking.match_contexts.load_engine", load)
        return log

    return install


def planned(root, more=""):
    return build_plan(parse_bench(BENCH.format(root=root) + more, "b", Path()), "test")


def test_a_run_writes_every_file_that_a_user_may_look_for(root, scripted, tmp_path):
    log = scripted()
    result = run(planned(root), tmp_path / "run", quiet)
    folder = tmp_path / "run"
    names = {row.model: row for row in result.finished.rows}
    nulls = {f"baseline/{name}" for name in ("random", "prior", "every-window", "comb", "clock")}
    assert set(names) == {"scripted"} | nulls
    assert names["scripted"].coverage == 1
    assert len(log.read_text().split()) == 14
    official = folder / "spots/scripted" / GAME / "results_spotting.json"
    spots = json.loads(official.read_text())["predictions"]
    assert {spot["label"] for spot in spots} == {"Goal"}
    assert all(isinstance(spot[key], str) for spot in spots for key in spot)
    with (folder / "spots.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert {line["model"] for line in table} <= set(names)
    found = [line for line in table if line["model"] == "scripted"]
    assert [line["position_ms"] for line in found] == [spot["position"] for spot in spots]
    assert [line["confidence"] for line in found] == [spot["confidence"] for spot in spots]
    assert result.finished.report.read_text().startswith("<!")
    plan = json.loads((folder / "plan.json").read_text())
    assert [model["card"]["name"] for model in plan["models"]] == list(names)
    assert "source" in plan["prompt"]


def test_a_finished_run_asks_nothing_when_it_is_run_again(root, scripted, tmp_path):
    log = scripted()
    first = run(planned(root), tmp_path / "run", quiet)
    asked = log.read_text()
    again = run(planned(root), tmp_path / "run", quiet)
    assert log.read_text() == asked
    assert again.finished.rows == first.finished.rows


def test_another_prompt_is_another_question_and_another_merging_is_none(root, scripted, tmp_path):
    log = scripted()
    run(planned(root), tmp_path / "run", quiet)
    run(planned(root, "merging: {method: greedy}\n"), tmp_path / "run", quiet)
    assert len(log.read_text().split()) == 14
    run(planned(root, "prompt: chunk.v1\n"), tmp_path / "run", quiet)
    assert len(log.read_text().split()) == 28


def test_a_failure_is_counted_lowers_the_coverage_and_is_asked_again(root, scripted, tmp_path):
    log = scripted(fail_every=3)
    row = run(planned(root), tmp_path / "run", quiet).finished.rows[0]
    assert row.outcomes["failed"] == 6
    assert row.coverage == pytest.approx(8 / 14)
    assert (row.loose, row.figure("f1")) == (None, None)
    assert "not scored: 57.1% of its windows" in row.note
    assert "engine: it went away" in row.note
    scripted()
    row = run(planned(root), tmp_path / "run", quiet).finished.rows[0]
    assert (row.coverage, row.outcomes["failed"]) == (1, 0)
    assert len(log.read_text().split()) == 14 + 6


def test_a_low_coverage_is_scored_when_told_to(root, scripted, tmp_path):
    scripted(fail_every=3)
    plan = planned(root, "scoring: {score_anyway: true}\n")
    row = run(plan, tmp_path / "run", quiet).finished.rows[0]
    assert row.loose is not None
    assert row.low_coverage


def test_a_run_is_flagged_by_its_own_least_coverage(root, scripted, tmp_path):
    scripted(fail_every=3)
    plan = planned(root, "scoring: {min_coverage: 0.5}\n")
    row = run(plan, tmp_path / "run", quiet).finished.rows[0]
    assert row.loose is not None
    assert not row.low_coverage
    for options, loose in ((CompareOptions(), row.loose), (CompareOptions(min_coverage=0.9), None)):
        rows = {
            one.model: one for one in compare(contest_of_runs([tmp_path / "run"], options)).rows
        }
        compared = rows["scripted"]
        assert (compared.loose, compared.low_coverage) == (loose, loose is None)
        assert ("under 90% coverage" in compared.note) == (loose is None)


def test_a_truncated_half_is_used_as_far_as_it_goes_and_the_rest_is_not_covered(
    root, scripted, tmp_path
):

    log = scripted()
    video = root / GAME / "1_224p.mkv"
    write_video(video, list(range(0, 20_000, 40)), size=(320, 240))
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    result = run(planned(root), tmp_path / "run", quiet)
    row = result.finished.rows[0]
    assert row.outcomes["failed"] > 5
    assert 0 < row.outcomes["events"] + row.outcomes["nothing"] == len(log.read_text().split())
    assert any("breaks off at" in warning for warning in result.warnings)
    assert row.loose is None


def test_the_same_video_in_two_games_is_asked_once_and_counts_in_both(root, scripted, tmp_path):
    log = scripted()
    other = root / "league/2025-2026/c - d"
    other.mkdir()
    for file in (root / GAME).iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    row = run(planned(root), tmp_path / "run", quiet).finished.rows[0]
    assert (row.coverage, sum(row.outcomes.values())) == (1, 28)
    assert len(set(log.read_text().split())) == len(log.read_text().split()) <= 14


def test_a_model_that_cannot_be_asked_does_not_stop_the_others(root, tmp_path):
    result = run(planned(root), tmp_path / "run", quiet)
    assert list(result.refused) == ["scripted"]
    assert [row.coverage for row in result.finished.rows] == [0, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("die_after", [0, 1, 7, 13])
def test_killed_and_started_again_nothing_is_asked_twice_and_the_spots_are_the_same(
    root, scripted, tmp_path, die_after
):
    log = scripted()
    whole = run(planned(root), tmp_path / "whole", quiet).finished
    asked_whole = log.read_text().split()
    log.write_text("")
    script = (
        "import pathlib\n"
        "import touchline.runs.execute as r\n"
        "from tests.runs import test_execute as test_run\n"
        "from tests.support import scripted\n"
        f"r.load_engine = lambda c, x: scripted.Scripted(pathlib.Path({str(log)!r}), {die_after})\n"
        f"r.run(test_run.planned({str(root)!r}), pathlib.Path({str(tmp_path / 'run')!r}), "
        "test_run.quiet)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == 9
    assert len(log.read_text().split()) == die_after
    resumed = run(planned(root), tmp_path / "run", quiet).finished
    asked = log.read_text().split()
    assert sorted(asked) == sorted(asked_whole)
    assert resumed.rows == whole.rows
    assert resumed.outcomes[0].spots == whole.outcomes[0].spots


def test_a_run_can_be_read_back(root, scripted, tmp_path):
    scripted()
    finished = run(planned(root), tmp_path / "run", quiet).finished
    loaded = load_run(tmp_path / "run")
    assert loaded.models["scripted"] == finished.outcomes[0].spots
    assert [label.label for label in loaded.games[GAME]] == ["Goal", "Foul"]
    assert loaded.coverage["scripted"] == 1
    assert loaded.kinds["baseline/prior"] == "baseline"


def test_what_is_no_run_or_not_finished_is_a_sentence(tmp_path):
    with pytest.raises(UserError, match="is not a run"):
        load_run(tmp_path)
    (tmp_path / "plan.json").write_text(PLAN_OF_NOTHING)
    with pytest.raises(UserError, match="is not finished"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("prompt: bsae.v1\n", "prompt 'bsae.v1'"),
        ("context: {given: {nobody: {home: {team: x}}}}\n", "names game 'nobody'"),
        ("merging: {method: magic}\n", "magic"),
    ],
)
def test_what_is_wrong_is_found_before_a_model_is_asked(root, scripted, tmp_path, more, sentence):
    log = scripted()
    with pytest.raises(UserError) as caught:
        run(planned(root, more), tmp_path / "run", quiet)
    assert sentence in str(caught.value)
    assert not log.read_text()


def test_two_models_of_one_name_are_refused(root):
    double = BENCH.format(root=root).replace(
        "sampling", "  - {name: scripted, engine: openai, model: n}\nsampling"
    )
    with pytest.raises(UserError, match="two models are called 'scripted'"):
        build_plan(parse_bench(double, "b", Path()), "test")


def test_a_window_with_more_frames_than_a_model_takes_is_refused_before_it_is_asked(root):
    few = BENCH.format(root=root).replace("model: m,", "model: m, max_images: 1,")
    with pytest.raises(UserError, match="takes at most 1 images"):
        build_plan(parse_bench(few, "b", Path()), "test")


def test_memory_and_money_are_counted_from_the_replies_of_this_benchmark_alone(root, tmp_path):
    from tests.support.endpoint import Endpoint, completion

    with Endpoint(lambda _: (200, completion("None."), {})) as endpoint:
        priced = BENCH.format(root=root).replace(
            'http://127.0.0.1:9/v1"',
            f'{endpoint.base_url}", price: {{input: 100, output: 200, date: 2026-11-01}}',
        )

        def play(more=""):
            plan = build_plan(parse_bench(priced + more, "b", Path()), "test")
            return run(plan, tmp_path / "run", quiet).finished.rows[0]

        first, again = play(), play("prompt: chunk.v1\n")
    tokens_usd = 14 * (7 * 100 + 3 * 200) / 1e6
    assert first.figure("cost_usd_per_hour") == pytest.approx(tokens_usd / 8 * 3600, rel=0.02)
    assert again.figure("cost_usd_per_hour") == first.figure("cost_usd_per_hour")
    assert first.figure("peak_memory_bytes") is None
