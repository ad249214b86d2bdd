"""`touchline compare`, as a user calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.videos import soccernet_folder

BENCH = """
data: {root: data}
models: [baseline/prior, baseline/every-window, baseline/every-window+blank]
"""


def touchline(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "touchline", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "160"},
        check=False,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run of two null baselines over two small games."""
    root = tmp_path_factory.mktemp("compare")
    events = [(1, 1000, "Ball out of play"), (1, 3000, "Foul"), (2, 1000, "Ball out of play")]
    for name in ("a - b", "c - d"):
        soccernet_folder(root / "data", f"league/2025-2026/{name}", events)
    (root / "bench.yaml").write_text(BENCH)
    done = touchline("run", "bench.yaml", "--out", "first", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def test_json_is_the_runs_leaderboard_with_intervals_and_tests(runs: Path) -> None:
    done = touchline("compare", "first", "--json", "--resamples", "100", cwd=runs)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    saved = json.loads((runs / "first" / "scores.json").read_text())["leaderboard"]
    own = {row["model"]: row for row in result["leaderboard"]}
    for row in saved:
        for key in ("loose", "tight", "coverage"):
            assert own[row["model"]][key] == pytest.approx(row[key])
        low, high = own[row["model"]]["loose_interval"]
        assert low <= own[row["model"]]["loose"] <= high
    assert {test["metric"] for test in result["comparisons"]} == {"loose", "tight"}
    assert not any(test["significant"] for test in result["comparisons"])
    assert "only 2 games" in result["remarks"][0]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("--md", "### Differences between models"),
        ("--latex", r"\begin{tabular}"),
        ("--csv", "loose_low"),
    ],
)
def test_forms_for_papers(runs: Path, form: str, expected: str) -> None:
    done = touchline("compare", "first", form, "--resamples", "100", cwd=runs)
    assert expected in done.stdout


def test_a_run_beside_itself_has_no_difference(runs: Path) -> None:
    done = touchline("compare", "first", "first", "--json", "--resamples", "100", cwd=runs)
    result = json.loads(done.stdout)
    tests = result["comparisons"]
    same = [test for test in tests if test["second"].endswith(test["first"])]
    assert len(same) == len(result["leaderboard"])  # half as many models, two metrics each
    assert {test["difference"]["value"] for test in same} == {0.0}
    assert {test["p"] for test in same} == {1.0}


def test_runs_are_compared_under_their_own_tolerance(runs: Path) -> None:
    (runs / "strict.yaml").write_text(BENCH + "scoring: {tolerance: 1}\n")
    assert touchline("run", "strict.yaml", "--out", "strict", cwd=runs).returncode == 0
    done = touchline("compare", "strict", "--json", "--resamples", "100", cwd=runs)
    assert {row["tolerance_s"] for row in json.loads(done.stdout)["leaderboard"]} == {1}
    both = touchline("compare", "first", "strict", "--json", "--resamples", "100", cwd=runs)
    assert both.returncode == 2
    assert both.stderr == (
        "touchline: the runs were scored under different settings (scoring.tolerance is 5 in "
        "first, 1 in strict): choose one for all of them with --tolerance.\n"
    )
    chosen = ("--tolerance", "2", "--json", "--resamples", "100")
    both = touchline("compare", "first", "strict", *chosen, cwd=runs)
    assert {row["tolerance_s"] for row in json.loads(both.stdout)["leaderboard"]} == {2}


def test_no_run_is_one_sentence(runs: Path) -> None:
    done = touchline("compare", "data", cwd=runs)
    assert done.returncode == 2
    assert done.stderr.startswith("touchline: ")
    assert done.stderr.count("\n") == 1


def test_what_a_model_sees_is_its_score_less_its_controls(runs: Path) -> None:
    text = touchline("compare", "first", "--md", "--resamples", "100", cwd=runs).stdout
    # A null baseline looks at no picture, so it does as well with blank ones.
    assert "### What the models see" in text
    assert "| baseline/every-window | blank | +0.00 | +0.00 to +0.00 | no |" in text
