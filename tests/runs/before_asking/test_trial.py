"""Two windows of each model, and what a changed benchmark asks anew."""

from pathlib import Path

import pytest

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.runs import Stop, asked_anew, build_plan, estimate, parse_bench, run, run_trial

BENCH = """
data: {{root: {root}}}
models:
  - {{name: scripted, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}}
  - {{name: broken, engine: openai, model: n, base_url: "http://127.0.0.1:9/v1"}}
sampling: {{fps: 2, window: 1, stride: 0.5}}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return soccernet_folder(tmp_path_factory.mktemp("data"), labels=[(1, 1000, "Goal")])


def planned(root, change=("", "")):
    return build_plan(parse_bench(BENCH.format(root=root).replace(*change), "b", Path()), "test")


def loading(log):
    from touchline.models import load_engine

    def load(card, rates=None):
        if card.name == "broken":
            raise UserError("model 'broken' does not load.")
        return Scripted(log) if card.name == "scripted" else load_engine(card, rates)

    return load


def quiet(*_):
    return


def test_a_trial_asks_two_windows_and_the_run_asks_the_others(root, tmp_path):
    log, folder = tmp_path / "asked.txt", tmp_path / "run"
    plan = planned(root)
    tried, broken = run_trial(plan, folder, loading(log), quiet, Stop(), quiet)
    assert (tried.windows, tried.failed, tried.refused) == (2, 0, None)
    assert broken.refused == "model 'broken' does not load."
    assert len(log.read_text().split()) == 2
    first, second = estimate(plan, folder, least_answers=1)
    assert first.windows - first.answered == 12
    assert first.seconds == pytest.approx(12 * 0.1 / 8)  # eight requests are in flight
    assert second.seconds is None
    run(plan, folder, quiet, load=loading(log))
    asked = log.read_text().split()
    assert len(asked) == len(set(asked)) == 14


def test_a_changed_benchmark_says_what_it_asks_anew_and_why(root, tmp_path):
    log, folder = tmp_path / "asked.txt", tmp_path / "run"
    plan = planned(root)
    run(plan, folder, quiet, load=loading(log))

    def said(change):
        changed = planned(root, change)
        return asked_anew(changed, folder, estimate(changed, folder))[0]

    assert said(("stride: 0.5", "stride: 0.25")) == (
        "scripted: 14 windows kept, 12 to ask (sampling.stride changed)"
    )
    assert said(("fps: 2,", "fps: 1,")) == (
        "scripted: 0 windows kept, 14 to ask (sampling.fps changed)"
    )
    assert said(("sampling", "prompt: chunk.v1\nsampling")) == (
        "scripted: 0 windows kept, 14 to ask (prompt changed)"
    )
    assert said(("model: m,", "model: other,")) == (
        "scripted: 0 windows kept, 14 to ask (model changed)"
    )
    assert said(("scripted", "renamed")) == "renamed: 14 windows to ask (new in the benchmark)"
    assert asked_anew(plan, tmp_path / "nothing", estimate(plan, folder)) == []
    merged = planned(root, ("sampling", "merging: {window: 3}\nsampling"))
    assert not [
        one for one in asked_anew(merged, folder, estimate(merged, folder)) if "scripted" in one
    ]
