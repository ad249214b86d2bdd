"""Models that cannot be asked say why, each by itself, before anything is asked."""

from pathlib import Path

import pytest

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.models import find_card, why_not_askable
from touchline.runs import build_plan, parse_bench, run, run_status

BENCH = """
data: {{root: {root}}}
models:
  - {{name: scripted, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1"}}
  - {{name: no-key, engine: openai, model: m, api_key_env: FIRST_KEY}}
  - {{name: no-weights, engine: transformers, checkpoint: nobody/nothing-there}}
sampling: {{fps: 1, window: 2, stride: 2}}
{more}
"""


@pytest.fixture
def happened(tmp_path, monkeypatch):
    """What a run says and asks, in order."""
    from touchline.models import load_engine

    found = []
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.delenv("FIRST_KEY", raising=False)

    def load(card, rates=None):
        found.append(f"loads {card.name}")
        log = tmp_path / "asked.txt"
        return Scripted(log) if "baseline" not in card.name else load_engine(card, rates)

    monkeypatch.setattr("touchline.runs.execute.load_engine", load)
    return found


def play(tmp_path, happened, more=""):
    root = tmp_path / "data"
    if not root.is_dir():
        soccernet_folder(root, labels=[(1, 1000, "Goal")])
    plan = build_plan(parse_bench(BENCH.format(root=root, more=more), "b", Path()), "test")
    return run(plan, tmp_path / "run", lambda *_: None, notify=happened.append)


def test_every_model_says_its_own_reason_before_one_is_loaded_and_status_repeats_it(
    tmp_path, happened, monkeypatch
):
    result = play(tmp_path, happened)
    first, second, *rest = happened
    assert first.startswith("model 'no-key' needs a key: set FIRST_KEY")
    assert second.startswith("model 'no-weights': nobody/nothing-there is not on this machine")
    assert "loads scripted" in rest
    assert "loads no-key" not in rest
    assert result.refused == {"no-key": first, "no-weights": second}
    reasons = {one.model: one.refused for one in run_status(tmp_path / "run")}
    assert reasons["no-key"] == first
    assert reasons["scripted"] is None
    notes = {row.model: row.note for row in result.finished.rows}
    assert f"not asked: {first.removesuffix('.')}" in notes["no-key"]

    monkeypatch.setenv("FIRST_KEY", "sk-0123456789abcdef")
    again = play(tmp_path, happened)
    assert set(again.refused) == {"no-weights"}
    assert {one.model: one.refused for one in run_status(tmp_path / "run")}["no-key"] is None


def test_the_cells_of_a_sweep_have_one_reason(tmp_path, happened):
    result = play(tmp_path, happened, "sweep: {sampling: {fps: [1, 2]}}")
    assert len([one for one in happened if "FIRST_KEY" in one]) == 1
    assert len(result.refused) == 4


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("demo", None),
        ({"name": "m", "engine": "openai", "model": "m", "base_url": "http://[::1]:9/v1"}, None),
        ({"name": "m", "engine": "anthropic", "model": "m", "api_key_env": "NO_KEY"}, "set NO_KEY"),
        ({"name": "m", "engine": "gemini", "model": "m", "api_key_env": "NO_KEY"}, "set NO_KEY"),
    ],
)
def test_reasons(card, reason, monkeypatch):
    monkeypatch.delenv("NO_KEY", raising=False)
    found = why_not_askable(find_card(card))
    assert found is None if reason is None else reason in found
