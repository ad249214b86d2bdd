"""A budget of windows from a benchmark to its leaderboard."""

import json

import pytest
import yaml

from tests.runs.test_sound_run import sounding_game
from tests.support.packages import write_entry_points
from touchline.errors import UserError
from touchline.runs import PlanFile, build_plan, read_bench, run
from touchline.runs.results.row_notes import covered_share
from touchline.video import PlannedAdaptive, Proposer


def quiet(what, done, total):
    """Nobody is told of the progress."""


def finished(tmp_path, name, **words):
    bench = {"data": {"root": "data"}, "models": ["baseline/prior"], **words}
    path = tmp_path / f"{name}.yaml"
    path.write_text(yaml.safe_dump(bench))
    plan = build_plan(read_bench(path), name)
    return plan, run(plan, tmp_path / name, quiet).finished


@pytest.fixture
def games(tmp_path):
    sounding_game(tmp_path / "data")
    return tmp_path


def questions(folder, model):
    lines = (folder / "questions" / f"{model}.jsonl").read_text().splitlines()
    return [
        (tuple(span), key)
        for one in map(json.loads, lines)
        for span, key in zip(one["spans_ms"], one["keys"], strict=True)
    ]


def test_a_budget_asks_about_chosen_windows_and_says_what_it_left_out(games):
    _, full = finished(games, "full")
    _, done = finished(games, "part", sampling={"adaptive": {"by": "sound", "windows": 2}})
    asked = questions(games / "part", "baseline/sound")
    assert len(asked) == 4
    assert set(asked) < set(questions(games / "full", "baseline/sound"))
    rows = {row.model: row for row in done.rows}
    assert rows["baseline/sound"].coverage == 1.0
    plan = PlanFile.read(games / "part")
    share = covered_share(games / "part", plan, "baseline/sound")
    assert 0.2 < share < 0.5
    assert f"looked at {share:.1%} of the match, chosen by sound" in rows["baseline/sound"].note
    assert all("looked at" not in row.note for row in full.rows)
    assert rows["baseline/sound"].figure("recall") == 1.0


def test_a_coarse_run_proposes_where_a_dense_one_looks(games):
    finished(games, "coarse", sampling={"fps": 1, "window": 6, "stride": 6})
    plan, _ = finished(
        games,
        "dense",
        sampling={
            "fps": 5,
            "adaptive": {"by": "run", "run": "coarse", "model": "baseline/sound", "windows": 2},
        },
    )
    claimed = plan.models[0].recipe.adaptive.moments
    assert {(half, round(time / 1000)) for _, half, time, _ in claimed} == {(1, 3), (1, 8), (2, 5)}
    spans = [span for span, _ in questions(games / "dense", "baseline/prior")]
    assert any(start <= 5000 < end for start, end in spans[2:])
    again = read_bench(games / "dense" / "bench.yaml")
    assert build_plan(again, "dense").models == plan.models


def test_an_earlier_run_that_found_nothing_is_a_plan_that_can_be_read(games):
    plan, _ = finished(games, "dense", sampling={"adaptive": {"by": "sound", "windows": 2}})
    empty = PlannedAdaptive(by=Proposer.RUN, windows=2)
    spec = plan.models[0].recipe.model_copy(update={"adaptive": empty})
    file = PlanFile.read(games / "dense")
    model = file.models[0].model_copy(update={"recipe": spec})
    file.model_copy(update={"models": (model,)}).write(games / "dense")
    assert PlanFile.read(games / "dense").models[0].recipe.adaptive == empty


def test_a_broken_metric_of_a_package_is_refused_before_a_model_is_asked(games, monkeypatch):
    write_entry_points(games / "site", "theirlab", "touchline.metrics", {"x": "their_lab:nothing"})
    monkeypatch.syspath_prepend(str(games / "site"))
    with pytest.raises(UserError, match="metric 'x' of the package 'theirlab' cannot be loaded"):
        finished(games, "part")
    assert not (games / "part" / "plan.json").exists()


def test_it_must_be_clear_which_model_proposes(games):
    finished(games, "coarse")
    for model, told in ((None, "name a model of run"), ("nobody", "has no model 'nobody'")):
        adaptive = {"by": "run", "run": "coarse", "windows": 2} | (
            {"model": model} if model else {}
        )
        with pytest.raises(UserError, match=told):
            finished(games, "dense", sampling={"adaptive": adaptive})
