"""The newcomer's command, as the README promises it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.installed_wheel import install_wheel
from touchline.games import SOCCERNET_V2, read_games
from touchline.models import BASELINES
from touchline.spots.spots_file import read_spot_files

pytestmark = pytest.mark.xdist_group("demo")
"""In one process of the tests: two would install and run the demo twice."""

MODELS = ("demo", "demo-hybrid")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo of an installed wheel, offline, once for all tests: its folder and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    program = install_wheel(folder / "env", offline=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"TOUCHLINE_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [program, "demo", "--json", "--out", str(folder / "run")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "run", json.loads(done.stdout)


@pytest.mark.slow
def test_the_built_in_models_are_above_all_null_baselines_by_a_clear_margin(demo):
    _, printed = demo
    loose = {row["model"]: row["loose"] for row in printed["leaderboard"]}
    assert set(loose) == {*MODELS, *BASELINES}
    assert all(0 <= score <= 1 for score in loose.values())
    for name in MODELS:
        assert loose[name] > 1.5 * max(loose[baseline] for baseline in BASELINES)


@pytest.mark.slow
def test_every_window_is_answered_and_the_report_is_there(demo):
    _, printed = demo
    assert [row["coverage"] for row in printed["leaderboard"]] == [1] * (
        len(MODELS) + len(BASELINES)
    )
    page = Path(printed["report"]).read_text(encoding="utf-8")
    assert "baseline/every-window" in page


@pytest.mark.slow
@pytest.mark.parametrize("label", ["Goal", "Kick-off"])
def test_the_demo_model_finds_most_goals_and_kick_offs(demo, demo_match, label):
    """Among as many spots as there are events, most lie within 5 s of one of their class."""
    folder, _ = demo
    (game,) = read_games(demo_match, SOCCERNET_V2)
    truth = [(one.half, one.position_ms) for one in game.labels if one.label == label]
    spots = [s for s in read_spot_files(folder / "spots/demo")[game.id] if s.label == label]
    surest = sorted(spots, key=lambda spot: -spot.confidence)[: len(truth)]
    found = sum(
        any(spot.half == half and abs(spot.position_ms - at) <= 5000 for spot in surest)
        for half, at in truth
    )
    assert found >= len(truth) - 1


@pytest.mark.slow
def test_the_hybrid_spotter_is_above_the_model_where_times_must_be_exact(demo):
    _, printed = demo
    rows = {row["model"]: row for row in printed["leaderboard"]}
    assert rows["demo-hybrid"]["tight"] > rows["demo"]["tight"]
    assert rows["demo-hybrid"]["loose"] > rows["demo"]["loose"]
